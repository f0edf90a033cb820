/** Where two reports differ in anything but sizes, ids and times. */
export function differences(first: object, second: object): string[];
