/** Our place in a meeting, for as long as the tab lives: who reloads comes back to it. */
export interface Place {
  readonly participant: string;
  readonly name: string;
}

export interface Places {
  get(link: string): Place | null;
  keep(link: string, place: Place): void;
  forget(link: string): void;
}

const PREFIX = 'parley.place.';

/** Storage can be off or full: then a reload asks at the door again. */
export const places: Places = {
  get(link) {
    try {
      const stored = JSON.parse(sessionStorage.getItem(PREFIX + link) ?? 'null') as Partial<Place> | null;
      return typeof stored?.participant === 'string' && typeof stored.name === 'string' ? { participant: stored.participant, name: stored.name } : null;
    } catch {
      return null;
    }
  },
  keep(link, place) {
    try {
      sessionStorage.setItem(PREFIX + link, JSON.stringify(place));
    } catch {
      // See above.
    }
  },
  forget(link) {
    try {
      sessionStorage.removeItem(PREFIX + link);
    } catch {
      // See above.
    }
  },
};
