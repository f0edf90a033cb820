/**
 * What each worker thread runs, as text: a worker cannot be started from a file that may be TypeScript.
 *
 * Gets `{ id, task, args }`, where task is the source of a function, or a module and the name of an export.
 * Answers with `{ id, value }` or `{ id, error }`. The function's `this` lets it call back by name.
 */
export const workerSource = `
const { parentPort } = require('node:worker_threads');

const self = { callFromThread: (name, ...args) => parentPort.postMessage({ name, args }) };

parentPort.on('message', async ({ id, task, args }) => {
  try {
    const f = task.source === undefined ? (await import(task.module))[task.name] : (0, eval)('(' + task.source + ')');
    if (typeof f !== 'function') throw new TypeError(task.module + ' exports no function ' + task.name);
    parentPort.postMessage({ id, value: await f.apply(self, args) });
  } catch (thrown) {
    const error = thrown instanceof DOMException ? new Error(thrown.message) : thrown;
    try {
      parentPort.postMessage({ id, error });
    } catch {
      parentPort.postMessage({ id, error: new Error(String(error && error.message || error)) });
    }
  }
});
`;
