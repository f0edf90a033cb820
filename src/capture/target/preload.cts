/*
 * Loaded with --require before anything else of the target. CommonJS, because --import would make Node load
 * a CommonJS program through its ESM loader, with other errors and another idea of file extensions.
 */
{
  const { isMainThread } = require('node:worker_threads') as typeof import('node:worker_threads');
  // Children that the program forks are to be started without us, as the flags it sees are its own.
  const at = process.execArgv.indexOf(__filename);
  if (at > 0) process.execArgv.splice(at - 1, 2);
  delete require.cache[__filename];
  if (isMainThread) (require('./observe.js') as typeof import('./observe.ts')).observe();
}
