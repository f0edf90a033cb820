import { createSocket } from 'node:dgram';
import { once } from 'node:events';

// A service counts its visitors; the counts go to a daemon as datagrams.

export function scenario({ StatsD }) {
  const daemon = createSocket('udp4');
  const received = { counts: 0 };
  let counts;

  return {
    async setup() {
      daemon.on('message', () => {
        received.counts += 1;
      });
      daemon.bind(0, '127.0.0.1');
      await once(daemon, 'listening');
      counts = new StatsD('127.0.0.1', daemon.address().port);
    },
    async iterate(round) {
      for (const page of ['home', 'shop', 'help']) {
        counts.increment(`visits.${page}.${round % 10}`);
        await once(daemon, 'message');
      }
    },
    async teardown() {
      daemon.close();
      counts.socket?.close();
    },
  };
}
