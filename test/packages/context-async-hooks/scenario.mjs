import { EventEmitter } from 'node:events';
import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

// Traced requests wait for either the answer or the end of the connection.

class TracedRequest {
  constructor(number) {
    this.number = number;
    this.attributes = Array.from({ length: 8 }, (_, k) => ({ key: `attribute ${k}`, value: number * k }));
  }
}

export function scenario({ AsyncHooksContextManager }) {
  const manager = new AsyncHooksContextManager();
  const connection = new EventEmitter();
  connection.setMaxListeners(0);
  const served = { requests: 0 };

  function serve(request) {
    const onEnd = () => {
      served.requests -= request.attributes.length;
    };
    connection.once('end', onEnd);
    served.requests += 1;
    connection.removeListener('end', onEnd);
  }

  return {
    async setup() {
      manager.enable();
      manager.bind(ROOT_CONTEXT.setValue(createContextKey('connection'), 'main'), connection);
    },
    async iterate(round) {
      for (let k = 0; k < 4; k += 1) {
        const request = new TracedRequest(4 * round + k);
        manager.with(ROOT_CONTEXT.setValue(createContextKey('request'), request), () => serve(request));
      }
    },
    async teardown() {
      manager.disable();
    },
  };
}
