// A stretch of ports that nobody uses, TCP and UDP, so that several servers can run side by side.
import dgram from 'node:dgram';
import net from 'node:net';

function tcpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function udpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)));
  });
}

/** The first of `count` free ports in a row. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + 20 * Math.floor(Math.random() * 500);
    let free = true;
    for (let port = first; free && port < first + count; port++) {
      free = (await tcpIsFree(port)) && (await udpIsFree(port));
    }
    if (free) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}
