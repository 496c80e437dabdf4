import * as decoding from 'lib0/decoding';
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates, type Awareness } from 'y-protocols/awareness';
import type { ParticipantId } from '../meeting/types';
import { fromBase64, toBase64 } from './bytes';

/** Where others are is shown as often as an eye follows; more often than ten times a second the server takes none. */
export const PRESENCE_MS = 120;
const MAX_CLIENTS = 500;

type Change = { readonly added: readonly number[]; readonly updated: readonly number[]; readonly removed: readonly number[] };

/**
 * Cursors, pointers and what is being drawn: told to those who look now, kept by nobody. Whose one is, the server says, not the one who
 * sends it: nobody moves another's pointer.
 *
 *  owner     Board
 *  bounded   one message per PRESENCE_MS; MAX_CLIENTS of others
 */
export class Presence {
  private readonly owners = new Map<number, ParticipantId>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastSent = Number.NEGATIVE_INFINITY;
  private speaks = false;

  constructor(
    readonly awareness: Awareness,
    private readonly me: ParticipantId,
    private readonly send: (data: string) => void,
  ) {
    awareness.setLocalState(null);
    awareness.on('update', ({ added, updated, removed }: Change, origin: unknown) => {
      if (origin === 'local') this.sayNow([...added, ...updated, ...removed]);
      // Somebody new does not know where we are.
      else if (added.length > 0 && awareness.getLocalState() !== null) this.sayNow([awareness.clientID]);
      for (const id of removed) this.owners.delete(id);
    });
  }

  setSpeaks(speaks: boolean): void {
    this.speaks = speaks;
  }

  /** The participant behind a cursor; null: nobody we know. */
  ownerOf(client: number): ParticipantId | null {
    return this.owners.get(client) ?? null;
  }

  receive(participant: ParticipantId, data: string): void {
    if (participant === this.me) return;
    const bytes = fromBase64(data);
    const clients = bytes === null ? null : clientsOf(bytes);
    if (bytes === null || clients === null) return;
    for (const client of clients) {
      const owner = this.owners.get(client);
      if (client === this.awareness.clientID || (owner !== undefined && owner !== participant)) return;
      if (owner === undefined && this.owners.size >= MAX_CLIENTS) return;
      this.owners.set(client, participant);
    }
    try {
      applyAwarenessUpdate(this.awareness, bytes, this);
    } catch {
      // JSON that is none.
    }
  }

  close(): void {
    if (this.speaks && this.awareness.getLocalState() !== null) {
      removeAwarenessStates(this.awareness, [this.awareness.clientID], this);
      this.send(toBase64(encodeAwarenessUpdate(this.awareness, [this.awareness.clientID])));
    }
    // Its last word would come after ours.
    this.speaks = false;
    this.awareness.destroy();
    clearTimeout(this.timer);
  }

  private sayNow(clients: readonly number[]): void {
    if (!clients.includes(this.awareness.clientID) || this.timer !== undefined) return;
    const wait = Math.max(0, this.lastSent + PRESENCE_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.lastSent = Date.now();
      if (this.speaks) this.send(toBase64(encodeAwarenessUpdate(this.awareness, [this.awareness.clientID])));
    }, wait);
  }
}

/** Of whom an awareness update speaks (y-protocols: count, then id, clock and JSON of each); null: it is none. */
function clientsOf(bytes: Uint8Array): readonly number[] | null {
  try {
    const decoder = decoding.createDecoder(bytes);
    const count = decoding.readVarUint(decoder);
    const clients: number[] = [];
    for (let i = 0; i < count; i++) {
      clients.push(decoding.readVarUint(decoder));
      decoding.readVarUint(decoder);
      decoding.readVarString(decoder);
    }
    return clients;
  } catch {
    return null;
  }
}
