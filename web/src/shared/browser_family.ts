export type BrowserFamily = 'chromium' | 'firefox' | 'safari' | 'android' | 'ios';

export function browserFamily(userAgent: string): BrowserFamily {
  // On an iPhone every browser is Safari inside, and permission lives in the same place.
  if (/iphone|ipad/i.test(userAgent)) return 'ios';
  if (/android/i.test(userAgent)) return 'android';
  if (/firefox/i.test(userAgent)) return 'firefox';
  if (/safari/i.test(userAgent) && !/chrom(e|ium)|edg/i.test(userAgent)) return 'safari';
  return 'chromium';
}
