import { describe, expect, it } from 'vitest';
import { linkify } from './links';

const links = (text: string) => linkify(text).flatMap(({ href }) => (href === null ? [] : [href]));

describe('a link in a message', () => {
  it.each([
    ['see https://example.org/a?b=1#c.', ['https://example.org/a?b=1#c']],
    ['(https://example.org/wiki/A_(letter))', ['https://example.org/wiki/A_(letter)']],
    ['HTTP://EXAMPLE.ORG!', ['http://example.org/']],
    ['https://a.example, https://b.example', ['https://a.example/', 'https://b.example/']],
    ['javascript:alert(1)', []],
    ['data:text/html,https', []],
    ['file:///etc/passwd ftp://example.org', []],
    ['https://', []],
    ['xhttps://example.org', []],
  ])('in "%s" is %j', (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it('cannot break out of its attribute', () => {
    expect(links('https://example.org/"onclick="x')).toEqual(['https://example.org/']);
  });

  it('leaves every letter of the text where it was', () => {
    const text = 'a https://example.org/x) b, https://example.org. c';
    expect(linkify(text).map((piece) => piece.text).join('')).toBe(text);
  });
});
