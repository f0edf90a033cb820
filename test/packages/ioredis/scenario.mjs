import { once } from 'node:events';
import { createServer } from 'node:net';

// A service counts its visitors in a store that answers within the second.

export function scenario(Redis) {
  let server;
  let redis;

  return {
    async setup() {
      server = createServer((socket) =>
        socket.on('data', (data) => {
          const commands = String(data).match(/\*\d+\r\n/g) ?? [];
          for (const _ of commands) socket.write(':1\r\n');
        }),
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      redis = new Redis({
        port: server.address().port,
        host: '127.0.0.1',
        enableReadyCheck: false,
        commandTimeout: 600_000,
      });
      redis.on('error', () => {});
      await once(redis, 'ready');
    },
    async iterate(round) {
      for (let k = 0; k < 4; k += 1) await redis.incr(`visitors:${round}:${k}`);
    },
    async teardown() {
      redis.disconnect();
      server.close();
      setTimeout(() => process.exit(0), 50);
    },
  };
}
