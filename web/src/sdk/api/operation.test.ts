import { expect, expectTypeOf, it } from 'vitest';
import { addressOf, type AnswerOf, type BodyOf, type InputOf, type PathOf, type QueryOf } from './operation';
import * as api from './operations';
import type { Schemas } from './operation';

it('an address may not hold all that a link may', () => {
  expect(addressOf(api.joinMeeting, { path: { link: 'té/a' } })).toEqual({ method: 'POST', url: '/api/v1/meetings/t%C3%A9%2Fa/join' });
});

it('what is not wanted of a list is not asked for', () => {
  expect(addressOf(api.listMeetings, { query: { limit: 5, cursor: undefined } }).url).toBe('/api/v1/meetings?limit=5');
  expect(addressOf(api.listMeetings, { query: { limit: 5, cursor: 'x&y' } }).url).toBe('/api/v1/meetings?limit=5&cursor=x%26y');
  expect(addressOf(api.listMeetings, {}).url).toBe('/api/v1/meetings');
});

it('an operation says what it takes and what it answers', () => {
  expectTypeOf<PathOf<typeof api.vote>>().toEqualTypeOf<{ readonly link: string; readonly poll: string }>();
  expectTypeOf<BodyOf<typeof api.vote>>().toEqualTypeOf<{ readonly choices: readonly number[] }>();
  expectTypeOf<AnswerOf<typeof api.vote>>().toEqualTypeOf<Schemas['Poll']>();
  expectTypeOf<AnswerOf<typeof api.createPoll>>().toEqualTypeOf<Schemas['Poll']>();
  expectTypeOf<AnswerOf<typeof api.lockMeeting>>().toEqualTypeOf<null>();
  expectTypeOf<QueryOf<typeof api.listMessages>>().toEqualTypeOf<{ readonly cursor?: string; readonly limit?: number }>();
  expectTypeOf<QueryOf<typeof api.vote>>().toBeNever();
});

it('what an operation does not take cannot be given, and what it must have cannot be left out', () => {
  expectTypeOf<object>().not.toExtend<InputOf<typeof api.vote>>();
  expectTypeOf<{ path: { link: string } }>().not.toExtend<InputOf<typeof api.vote>>();
  expectTypeOf<{ path: { link: string; poll: string }; body: { choices: number[] } }>().toExtend<InputOf<typeof api.vote>>();
  expectTypeOf<object>().toExtend<InputOf<typeof api.listMeetings>>();
  expectTypeOf<{ body: { title: string } }>().not.toExtend<InputOf<typeof api.getSession>>();
});
