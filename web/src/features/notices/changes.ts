import type { Person } from '@/sdk/call';
import { t } from '@/shared/i18n';

export interface Change {
  readonly text: string;
  /** Worth a look as well as a word. */
  readonly shown: boolean;
}

/** One and two are named, a crowd is counted. */
function several(what: 'joined' | 'left', names: readonly string[]): string {
  const [name = '', other = ''] = names;
  if (names.length === 1) return t(`notices.${what}One`, { name });
  if (names.length === 2) return t(`notices.${what}Two`, { name, other });
  return t(`notices.${what}Many`, { count: names.length });
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
  if (came.length > 0) changes.push({ text: several('joined', came), shown: true });
  if (went.length > 0) changes.push({ text: several('left', went), shown: true });
  for (const person of current.values()) {
    const shared = old.get(person.id)?.share ?? null;
    if (person.share !== null && shared === null) changes.push({ text: t('notices.screenShared', { name: person.name }), shown: false });
    if (person.share === null && shared !== null) changes.push({ text: t('notices.screenEnded', { name: person.name }), shown: false });
  }
  return changes;
}
