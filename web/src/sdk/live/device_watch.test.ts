import { describe, expect, it } from 'vitest';
import { vanished } from './device_watch';

const lists = (audioinput: string[], videoinput: string[] = [], audiooutput: string[] = []) => {
  const of = (ids: string[]) => ids.map((id) => ({ id, label: `Label of ${id}` }));
  return { audioinput: of(audioinput), videoinput: of(videoinput), audiooutput: of(audiooutput) };
};
const using = (audioinput: string | null, videoinput: string | null = null, audiooutput: string | null = null) => ({ audioinput, videoinput, audiooutput });

describe('a device that is unplugged', () => {
  it('is named if it was in use', () => {
    expect(vanished(lists(['a', 'b']), lists(['a']), using('b'))).toEqual([{ kind: 'audioinput', label: 'Label of b' }]);
  });

  it('is nobody’s loss if it was not', () => {
    expect(vanished(lists(['a', 'b']), lists(['a']), using('a'))).toEqual([]);
    expect(vanished(lists(['a']), lists([]), using(null))).toEqual([]);
  });

  it('is not missed twice', () => {
    expect(vanished(lists(['a']), lists(['a']), using('b'))).toEqual([]);
  });

  it('takes its microphone, camera and speaker with it at once', () => {
    const gone = vanished(lists(['dock-mic'], ['dock-cam'], ['dock-out']), lists([]), using('dock-mic', 'dock-cam', 'dock-out'));
    expect(gone.map(({ kind }) => kind)).toEqual(['audioinput', 'videoinput', 'audiooutput']);
  });
});
