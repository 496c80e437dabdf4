import { RoomEvent, type Room } from 'livekit-client';

const EVERY_MS = 250;
/** The SDK's engine waits up to fifteen seconds for media after it has joined anew. */
const FOR_MS = 20_000;

/**
 * Looks again and again, for a while after a reconnection, at what the Room knows.
 *
 * While it reconnects the SDK keeps its events back and tells them in the end. But it says that it has reconnected, and
 * tells them, a moment before its engine is done (livekit-client 2.23, `emitWhenConnected`, `pendingReconnect`); whoever
 * comes and whatever is published in that moment is kept back as well, and told never: somebody would be heard by no one.
 *
 *  owner     the call, one per room; `stop` ends it
 */
export class Unsaid {
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(room: Room, look: () => void) {
    room.on(RoomEvent.Reconnected, () => {
      this.stop();
      let left = FOR_MS / EVERY_MS;
      this.timer = setInterval(() => {
        look();
        if (--left === 0) this.stop();
      }, EVERY_MS);
    });
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}
