// Many people of one meeting at its REST API, each with a stream that keeps the place.
import { type Json, MeetingClient } from './meeting_client.ts';

/** Requests on their way at a time: as a server sees a crowd, not as a loop sees it. */
const AT_ONCE = 32;

/** Does it for each, some at a time; the answers are in the order of what was given. */
export async function forAll<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>, atOnce = AT_ONCE): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await act(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return answers;
}

export class Crowd {
  private constructor(
    readonly host: MeetingClient,
    /** Everybody but the host. */
    readonly people: readonly MeetingClient[],
    private readonly stays: readonly (() => void)[],
  ) {}

  /** A new meeting that is open to all, its host, and so many others: "Person 1", "Person 2" … */
  static async gather(http: string, count: number, settings: Json = {}): Promise<Crowd> {
    const host = new MeetingClient(http, '', 'Host');
    const made = await host.raw('POST', '/meetings', { title: 'A crowd', lobby: 'nobody', join_before_host: true, ...settings });
    if (made.status !== 201) throw new Error(`no meeting: ${made.status} ${JSON.stringify(made.body)}`);
    host.link = made.body.link as string;
    await host.enter();
    const people = Array.from({ length: count }, (_, i) => new MeetingClient(http, host.link, `Person ${i + 1}`));
    const stays = [host.stay()];
    await forAll(people, async (one) => {
      await one.enter();
      stays.push(one.stay());
    });
    return new Crowd(host, people, stays);
  }

  get all(): readonly MeetingClient[] {
    return [this.host, ...this.people];
  }

  get link(): string {
    return this.host.link;
  }

  disperse() {
    for (const stop of this.stays) stop();
  }
}
