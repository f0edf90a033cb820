import stringWidth from 'string-width';

/** Columns that unpainted text takes in a terminal. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** Text in lines of at most `width` columns, broken at spaces; words that are longer get a line of their own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line === '') line = word;
    else if (textWidth(line) + 1 + textWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Text shortened to `width` columns, with an ellipsis in the place of what is left out. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (textWidth(kept + character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}
