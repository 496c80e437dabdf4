// The sentences that the browser suites are made of.
import { expect } from 'vitest';
import type { Participant } from './browser.ts';
import type { JoinOptions, PublishOptions } from './page/main.ts';
import { toneHz } from './pattern.ts';
import type { Server } from './server.ts';
import { token } from './tokens.ts';
import { until } from './wait.ts';

export const PATHS = [
  { path: '/rtc/v1', singlePeerConnection: true },
  { path: '/rtc', singlePeerConnection: false },
] as const;

let rooms = 0;
/** A room that nobody else uses. */
export const newRoom = (name: string) => `${name}-${process.pid}-${rooms++}`;

/** Anybody who sends a picture and a tone, by whatever client. */
export type Somebody = { readonly id: number };

export const identityOf = (somebody: Somebody) => `p${somebody.id}`;

export async function join(
  server: Server,
  room: string,
  participant: Participant,
  options: Omit<JoinOptions, 'url' | 'token'>,
) {
  return participant.page.join({ url: server.ws, token: await token(room, identityOf(participant)), ...options });
}

/** From its devices, or drawn and played where the browser's fake devices cannot play files. */
export const publish = (participant: Participant, options: PublishOptions = {}) =>
  participant.page.publish(participant.devices ? options : { synthetic: participant.id, ...options });

/** Frames keep arriving, they show the other's picture, and they look like what was sent. */
export async function sees(viewer: Participant, other: Somebody, source: 'camera' | 'screen_share' = 'camera') {
  const who = identityOf(other);
  const seen = await until(
    `p${viewer.id} sees the ${source} of ${who}`,
    () => viewer.page.video(who, source),
    (video) => video.id === other.id && video.psnr > 22,
    20_000,
  );
  await until(
    `the ${source} of ${who} moves for p${viewer.id}`,
    () => viewer.page.video(who, source),
    (video) => video.frames >= seen.frames + 10 && video.frame !== seen.frame,
    15_000,
  );
  return seen;
}

/** The other's own tone, well above everything else. */
export async function hears(
  listener: Participant,
  other: Somebody,
  source: 'microphone' | 'screen_share_audio' = 'microphone',
) {
  return until(
    `p${listener.id} hears the ${source} of p${other.id}`,
    () => listener.page.audio(identityOf(other), source),
    (audio) => audio.energy > 0.02 && audio.clarity > 10 && Math.abs(audio.peakHz - toneHz(other.id)) < 20,
    20_000,
  );
}

export async function hearsNothing(listener: Participant, other: Somebody) {
  await until(
    `p${listener.id} hears nothing of p${other.id}`,
    () => listener.page.audio(identityOf(other)),
    (audio) => audio.energy < 0.005,
  );
}

export async function seeAndHearEachOther(participants: readonly Participant[]) {
  for (const viewer of participants) {
    for (const other of participants) {
      if (viewer === other) continue;
      await sees(viewer, other);
      await hears(viewer, other);
    }
  }
}

/** The identities that a participant knows of, sorted. */
export async function roster(participant: Participant): Promise<string[]> {
  return (await participant.page.others()).map(({ identity }) => identity).sort();
}

export async function expectRoster(participant: Participant, others: readonly Somebody[]) {
  const wanted = others.map(identityOf).sort();
  const seen = await until(
    `the roster of p${participant.id} is ${wanted.join(' ')}`,
    () => roster(participant),
    (identities) => identities.join(' ') === wanted.join(' '),
  );
  expect(seen).toEqual(wanted);
}
