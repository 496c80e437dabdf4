// Janus's JSON messages over a WebSocket: a session, and handles of its videoroom plugin.
import WebSocket from 'ws';

export interface Jsep {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

type Json = Record<string, unknown>;

interface Message {
  readonly janus: string;
  readonly transaction?: string;
  readonly data?: { readonly id: number };
  readonly error?: { readonly reason: string };
  readonly plugindata?: { readonly data: Json & { readonly error?: string } };
  readonly jsep?: Jsep;
}

/** What the plugin says to a request. */
export interface Said {
  readonly data: Json;
  readonly jsep?: Jsep;
}

const PLUGIN = 'janus.plugin.videoroom';
const ANSWERS_WITHIN_MS = 10_000;

export class JanusSession {
  readonly #waiting = new Map<string, (message: Message) => void>();
  #asked = 0;
  #session = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (text: Buffer) => {
      const message = JSON.parse(text.toString()) as Message;
      // That a request has come is no answer to it.
      if (message.janus !== 'ack') this.#waiting.get(message.transaction ?? '')?.(message);
    });
  }

  static async open(url: string): Promise<JanusSession> {
    const socket = new WebSocket(url, 'janus-protocol');
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const session = new JanusSession(socket);
    session.#session = (await session.#ask({ janus: 'create' })).data!.id;
    return session;
  }

  async attach(): Promise<Handle> {
    const { data } = await this.#ask({ janus: 'attach', session_id: this.#session, plugin: PLUGIN });
    return new Handle((message) => this.#ask({ session_id: this.#session, handle_id: data!.id, ...message }));
  }

  close(): void {
    this.socket.terminate();
  }

  async #ask(message: Json): Promise<Message> {
    const transaction = String(++this.#asked);
    try {
      return await new Promise<Message>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`Janus does not answer ${JSON.stringify(message)}`)), ANSWERS_WITHIN_MS);
        this.#waiting.set(transaction, (answer) => {
          clearTimeout(late);
          const error = answer.error?.reason ?? answer.plugindata?.data.error;
          if (error === undefined) resolve(answer);
          else reject(new Error(`Janus: ${error}`));
        });
        this.socket.send(JSON.stringify({ transaction, ...message }));
      });
    } finally {
      this.#waiting.delete(transaction);
    }
  }
}

/** One publisher or one subscriber, or who makes rooms. */
export class Handle {
  constructor(private readonly ask: (message: Json) => Promise<Message>) {}

  /** Descriptions come with all candidates or none: nothing is trickled. */
  async tell(body: Json, jsep?: Jsep): Promise<Said> {
    const answer = await this.ask({ janus: 'message', body, ...(jsep ? { jsep: { ...jsep, trickle: false } } : {}) });
    return { data: answer.plugindata?.data ?? {}, ...(answer.jsep ? { jsep: answer.jsep } : {}) };
  }

  async detach(): Promise<void> {
    await this.ask({ janus: 'detach' });
  }
}
