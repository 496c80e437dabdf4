export const TEXT_SIZE = 18;
export const LINE_HEIGHT = 1.35;
export const PADDING = 10;
const FAMILY = "'Inter Variable', 'Noto Sans Arabic Variable', 'Noto Sans Devanagari Variable', system-ui, sans-serif";

export type Measure = (text: string) => number;

let context: CanvasRenderingContext2D | null | undefined;

/** As wide as the browser draws it; where it draws nothing, as wide as letters usually are. */
export const measure: Measure = (text) => {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return text.length * TEXT_SIZE * 0.55;
  context.font = `${TEXT_SIZE}px ${FAMILY}`;
  return context.measureText(text).width;
};

const segmenter = new Intl.Segmenter();
const lettersOf = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** In lines of at most `width`: broken at blanks, and inside of a word only if it is longer than a line. */
export function wrap(text: string, width: number, widthOf: Measure = measure): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(/(?<=\s)/u)) {
      if (line !== '' && widthOf(line + word.trimEnd()) > width) {
        lines.push(line.trimEnd());
        line = '';
      }
      line += word;
      for (let letters = lettersOf(line); widthOf(line.trimEnd()) > width && letters.length > 1; letters = lettersOf(line)) {
        let fits = letters.length - 1;
        while (fits > 1 && widthOf(letters.slice(0, fits).join('')) > width) fits--;
        lines.push(letters.slice(0, fits).join(''));
        line = letters.slice(fits).join('');
      }
    }
    return [...lines, line.trimEnd()];
  });
}

/** How high a text of this width is with its edges. */
export function heightOf(text: string, width: number): number {
  return Math.ceil(wrap(text, width - 2 * PADDING).length * TEXT_SIZE * LINE_HEIGHT + 2 * PADDING);
}

/** Whether the first letter that has a direction is read from the right (Unicode, Bidi_Class R and AL). */
export function isRightToLeftText(text: string): boolean {
  const first = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Devanagari}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Arabic}\p{Script=Hebrew}]/u.exec(text);
  return first !== null && /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(first[0]);
}
