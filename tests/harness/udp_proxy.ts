// The network between a client and a server's UDP ports, as a home router or a mobile provider is one: each client's
// socket has a port (a mapping) towards the server, and that may change, or all go dark, in the middle of a call.
// Rewrites the candidates that the client is given, so that its only path leads through here.
import dgram from 'node:dgram';
import { SignalResponse } from '@livekit/protocol';

/** A port that clients send to, standing for one of the server's. */
interface Front {
  readonly socket: dgram.Socket;
  readonly port: number;
  /** By the client's address: the socket that stands for it at the server. */
  readonly mappings: Map<string, dgram.Socket>;
}

export class UdpProxy {
  /** By the server's port that they stand for. */
  readonly #fronts = new Map<number, Front>();
  /** Fronts that clients may still send to, and nobody listens. */
  readonly #abandoned: Front[] = [];
  readonly #used = new Set<string>();
  #address = '127.0.0.1';
  #dark = false;

  private constructor(private readonly ports: readonly number[]) {}

  /** Stands for each of the server's `ports` on 127.0.0.1. */
  static async start(ports: readonly number[]): Promise<UdpProxy> {
    const proxy = new UdpProxy(ports);
    await proxy.#open();
    return proxy;
  }

  /** Where the server has seen clients come from, oldest first. */
  get sources(): string[] {
    return [...this.#used];
  }

  /** The client's network gives it another port, on `address`. What is sent to the old one is lost, without a word. */
  move(address: string): void {
    this.#address = address;
    for (const { mappings } of this.#fronts.values()) {
      for (const toServer of mappings.values()) toServer.close();
      mappings.clear();
    }
  }

  /** Nothing passes any more in either direction. */
  goDark(): void {
    this.#dark = true;
  }

  /**
   * The network is back, but not the way through it: the ports that clients know stay dead, the ports that candidates
   * name from now on work.
   */
  async comeBackElsewhere(address: string): Promise<void> {
    this.move(address);
    this.#abandoned.push(...this.#fronts.values());
    this.#fronts.clear();
    await this.#open();
    this.#dark = false;
  }

  /** A hook for the signaling proxy: the same message with our ports in it, and no other way to the server. */
  rewrite(message: SignalResponse): SignalResponse {
    const changed = message.clone();
    const said = changed.message;
    if (said.case === 'offer' || said.case === 'answer') {
      said.value.sdp = said.value.sdp
        .split('\r\n')
        .flatMap((line) => (line.startsWith('a=candidate:') ? this.#candidate(line) : [line]))
        .join('\r\n');
    } else if (said.case === 'trickle') {
      throw new Error('the server trickles candidates: they would have to be rewritten too');
    }
    return changed;
  }

  async close(): Promise<void> {
    this.move(this.#address);
    for (const { socket } of [...this.#fronts.values(), ...this.#abandoned]) socket.close();
  }

  /** `candidate:foundation component transport priority address port …`; none is left of those that lead elsewhere. */
  #candidate(line: string): string[] {
    const fields = line.split(' ');
    const front = fields[2]?.toLowerCase() === 'udp' ? this.#fronts.get(Number(fields[5])) : undefined;
    if (!front) return [];
    return [[...fields.slice(0, 4), '127.0.0.1', String(front.port), ...fields.slice(6)].join(' ')];
  }

  async #open(): Promise<void> {
    for (const serverPort of this.ports) {
      const socket = dgram.createSocket('udp4');
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
      const front: Front = { socket, port: socket.address().port, mappings: new Map() };
      socket.on('message', (datagram, client) => {
        if (this.#dark || this.#fronts.get(serverPort) !== front) return;
        const key = `${client.address}:${client.port}`;
        const toServer = front.mappings.get(key) ?? this.#map(front, key, client);
        toServer.send(datagram, serverPort, '127.0.0.1');
      });
      this.#fronts.set(serverPort, front);
    }
  }

  #map(front: Front, key: string, client: dgram.RemoteInfo): dgram.Socket {
    const toServer = dgram.createSocket('udp4');
    const address = this.#address;
    toServer.bind(0, address, () => this.#used.add(`${address}:${toServer.address().port}`));
    toServer.on('message', (datagram) => {
      if (!this.#dark) front.socket.send(datagram, client.port, client.address);
    });
    front.mappings.set(key, toServer);
    return toServer;
  }
}
