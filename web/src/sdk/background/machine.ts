import type { Background, Effect } from './choice';

/** Why there is no effect: this browser cannot, it could not be fetched, or it broke while it ran. */
export type Trouble = 'unsupported' | 'unreachable' | 'broken';

export type BackgroundState =
  /** The camera as it is. `trouble`: an effect was asked for a moment ago, and did not come. */
  | { readonly at: 'off'; readonly trouble: Trouble | null }
  /** Chosen, and nothing to apply it to yet. */
  | { readonly at: 'idle'; readonly wanted: Effect }
  /** `covered`: until it is there, no picture at all; otherwise the one that was being seen anyway. */
  | { readonly at: 'loading'; readonly wanted: Effect; readonly part: number; readonly covered: boolean }
  | { readonly at: 'on'; readonly wanted: Effect; readonly slow: boolean }
  /** The picture stands still rather than show the room. */
  | { readonly at: 'failed'; readonly wanted: Effect; readonly trouble: Trouble };

export type BackgroundInput =
  | { readonly on: 'chosen'; readonly background: Background }
  /** A camera is about to be seen by others. */
  | { readonly on: 'needed' }
  | { readonly on: 'progress'; readonly part: number }
  | { readonly on: 'ready' }
  | { readonly on: 'pace'; readonly slow: boolean }
  | { readonly on: 'failed'; readonly trouble: Trouble }
  | { readonly on: 'released' };

/** A choice that is remembered holds from the first frame on. */
export function initial(background: Background): BackgroundState {
  return background === 'none' ? { at: 'off', trouble: null } : { at: 'idle', wanted: background };
}

/** What happens to the background, as pure data: no worker, no camera, no timer in this file. */
export function step(state: BackgroundState, input: BackgroundInput): BackgroundState {
  switch (input.on) {
    case 'chosen':
      return choose(state, input.background);
    case 'needed':
      if (state.at === 'idle' || state.at === 'failed') return { at: 'loading', wanted: state.wanted, part: 0, covered: true };
      return state.at === 'loading' ? { ...state, covered: true } : state;
    case 'progress':
      return state.at === 'loading' ? { ...state, part: Math.max(state.part, Math.min(1, input.part)) } : state;
    case 'ready':
      return state.at === 'loading' ? { at: 'on', wanted: state.wanted, slow: false } : state;
    case 'pace':
      return state.at === 'on' && state.slow !== input.slow ? { ...state, slow: input.slow } : state;
    case 'failed':
      if (state.at === 'off' || state.at === 'idle') return state;
      // Nobody saw anything else yet than the room: it goes on, and the person is told.
      if (state.at === 'loading' && !state.covered) return { at: 'off', trouble: input.trouble };
      return { at: 'failed', wanted: state.wanted, trouble: input.trouble };
    case 'released':
      return state.at === 'loading' || state.at === 'on' ? { at: 'idle', wanted: state.wanted } : state;
  }
}

function choose(state: BackgroundState, background: Background): BackgroundState {
  if (background === 'none') return { at: 'off', trouble: null };
  switch (state.at) {
    case 'off':
      return { at: 'loading', wanted: background, part: 0, covered: false };
    case 'failed':
      return { at: 'loading', wanted: background, part: 0, covered: true };
    case 'idle':
    case 'loading':
    case 'on':
      return { ...state, wanted: background };
  }
}

/** Whether the camera as it is must not be seen. */
export function covers(state: BackgroundState): boolean {
  return state.at !== 'off' && (state.at !== 'loading' || state.covered);
}

export const backgroundOf = (state: BackgroundState): Background => (state.at === 'off' ? 'none' : state.wanted);
