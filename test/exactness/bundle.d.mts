/** What to do where DevTools' worker is not installed. */
export const INSTALL: string;
export function isInstalled(): boolean;
export function bundledWorker(): Promise<URL>;
