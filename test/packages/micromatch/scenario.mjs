// A service looks up files by the patterns that people type.

export function scenario(micromatch) {
  const files = ['src/main.js', 'docs/index.md'];
  const found = { files: 0 };

  return {
    async setup() {},
    async iterate(round) {
      for (let k = 0; k < 2; k += 1) found.files += micromatch(files, `**/${round}-${k}/*.js`).length;
    },
    async teardown() {},
  };
}
