const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const STEP = 1024;

/** "1.4 MB", as the reader's language writes it. */
export function sizeOf(bytes: number, locale: string): string {
  let at = 0;
  let value = bytes;
  while (value >= STEP && at < UNITS.length - 1) {
    value /= STEP;
    at++;
  }
  const digits = at > 0 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: 'unit', unit: UNITS[at] ?? 'byte', unitDisplay: at === 0 ? 'long' : 'short', maximumFractionDigits: digits }).format(value);
}
