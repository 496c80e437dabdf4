import { expect, it } from 'vitest';
import { BREATH_MS, ReactionSpeech } from './speech';

const reaction = (key: number, emoji = '👏') => ({ key, participant: 'ada', emoji });

it('the first reaction is said at once, those that follow together and later', () => {
  const speech = new ReactionSpeech();
  speech.hear([reaction(1)]);
  expect(speech.speak(0)).toEqual({ one: reaction(1) });
  speech.hear([reaction(1), reaction(2), reaction(3, '🎉'), reaction(4)]);
  expect(speech.speak(100)).toBeNull();
  expect(speech.deadline).toBe(BREATH_MS);
  expect(speech.speak(BREATH_MS)).toEqual({ count: 3, emojis: ['👏', '🎉'] });
  expect(speech.deadline).toBeNull();
});

it('none is said twice, though it is still to be seen', () => {
  const speech = new ReactionSpeech();
  speech.hear([reaction(1)]);
  speech.speak(0);
  speech.hear([reaction(1)]);
  expect(speech.speak(60_000)).toBeNull();
});
