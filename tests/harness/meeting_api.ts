// The application plane's REST API as a page of ours may use it: with its cookie, and from its place in the meeting.
import type { Page } from 'playwright-core';
import { checkAnswer } from './promises.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown> | null;
}

/** One operation below `/api/v1/meetings`; without a link on the meetings as a whole. */
export async function askApi(page: Page, link: string, method: string, rest: string, body?: object): Promise<ApiAnswer> {
  const path = `/meetings${link === '' ? '' : `/${link}`}${rest}`;
  const answer = await page.evaluate(
    async ({ method, link, path, body }) => {
      const place = JSON.parse(sessionStorage.getItem(`parley.place.${link}`) ?? 'null') as { participant: string } | null;
      const response = await fetch(`/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(place === null ? {} : { 'parley-participant': place.participant }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json().catch(() => null)) as Record<string, unknown> | null };
    },
    { method, link, path, body },
  );
  checkAnswer(method, path, answer.status, answer.body);
  return answer;
}

/** Who the page is in the meeting; '' while it is nobody. */
export function placeOf(page: Page, link: string): Promise<string> {
  return page.evaluate((key) => (JSON.parse(sessionStorage.getItem(key) ?? 'null') as { participant: string } | null)?.participant ?? '', `parley.place.${link}`);
}
