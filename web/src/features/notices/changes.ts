import type { Person } from '@/sdk/call';
import { t } from '@/shared/messages';

export interface Change {
  readonly text: string;
  /** Worth a look as well as a word. */
  readonly shown: boolean;
}

/** What others did between two rosters, in words. Several who come at once are one sentence. */
export function changesBetween(before: readonly Person[], now: readonly Person[]): Change[] {
  const others = (people: readonly Person[]): Map<string, Person> =>
    new Map(people.filter((person) => !person.isLocal).map((person) => [person.id, person]));
  const old = others(before);
  const current = others(now);
  const came = [...current.values()].filter((person) => !old.has(person.id)).map((person) => person.name);
  const went = [...old.values()].filter((person) => !current.has(person.id)).map((person) => person.name);
  const changes: Change[] = [];
  if (came.length > 0) changes.push({ text: t.notices.joined(came), shown: true });
  if (went.length > 0) changes.push({ text: t.notices.left(went), shown: true });
  for (const person of current.values()) {
    const shared = old.get(person.id)?.share ?? null;
    if (person.share !== null && shared === null) changes.push({ text: t.notices.screenShared(person.name), shown: false });
    if (person.share === null && shared !== null) changes.push({ text: t.notices.screenEnded(person.name), shown: false });
  }
  return changes;
}
