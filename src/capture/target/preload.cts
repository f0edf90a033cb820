/*
 * Loaded with --require before anything else of the target. CommonJS, because --import would make Node load
 * a CommonJS program through its ESM loader, with other errors and another idea of file extensions.
 */
{
  const { isMainThread } = require('node:worker_threads') as typeof import('node:worker_threads');
  // Our flags come first. Children that the program forks are started without them, and it sees only its own.
  process.execArgv.splice(0, process.execArgv.indexOf(__filename) + 1);
  if (isMainThread) (require('./observe.js') as typeof import('./observe.ts')).observe();
  for (const file of [__filename, require.resolve('./observe.js')]) delete require.cache[file];
}
