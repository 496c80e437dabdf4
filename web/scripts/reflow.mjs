// Opens every page of the gallery as narrow as a phone can be and at 200 % zoom of a small laptop, and looks whether anything is
// out of reach: npm run reflow [-- <part of a name>].
// On such a page nothing is cut off at the sides (WCAG 1.4.10), and no control lies under another.
import { PAGES, withGallery } from './gallery.mjs';

const [part = ''] = process.argv.slice(2);
const SIZES = [
  [320, 640],
  [640, 400],
];

/** Runs in the page. */
function outOfReach() {
  const faults = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) faults.push(`the page is ${wide} wide, the window ${innerWidth}`);
  // While a dialog is open the page behind it is not in use.
  const scope = document.querySelector('dialog[open]') ?? document;
  const menu = scope.querySelector('[role=menu]');
  for (const control of scope.querySelectorAll('button, a[href], input, select, textarea')) {
    if (!control.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const { left, right, top, bottom, width, height } = control.getBoundingClientRect();
    if (width === 0 || height === 0) continue;
    const name = control.getAttribute('aria-label') ?? control.textContent?.trim().slice(0, 40) ?? control.tagName;
    if (left < -1 || right > innerWidth + 1) faults.push(`“${name}” is cut off at the side: ${Math.round(left)} to ${Math.round(right)} of ${innerWidth}`);
    // What is scrolled out of sight can be scrolled back.
    const middle = [(left + right) / 2, (top + bottom) / 2];
    if (middle[1] < 0 || middle[1] > innerHeight) continue;
    const clipped = scrollers(control).some((box) => middle[1] < box.top || middle[1] > box.bottom || middle[0] < box.left || middle[0] > box.right);
    if (clipped || (menu !== null && !menu.contains(control))) continue;
    const hit = document.elementFromPoint(...middle);
    if (hit === null || control.contains(hit) || hit.contains(control) || hit.closest('label')?.contains(control)) continue;
    // A bar that sticks to the edge of what scrolls lies over it by design.
    if (getComputedStyle(hit.closest('[data-screen], form, aside, main') ?? hit).position === 'sticky' || sticks(hit)) continue;
    faults.push(`“${name}” lies under “${(hit.textContent ?? '').trim().slice(0, 40) || hit.tagName}”`);
  }
  return faults;

  function scrollers(element) {
    const found = [];
    for (let at = element.parentElement; at !== null; at = at.parentElement) {
      if (/auto|scroll|hidden/.test(getComputedStyle(at).overflowY)) found.push(at.getBoundingClientRect());
    }
    return found;
  }
  function sticks(element) {
    for (let at = element; at !== null; at = at.parentElement) if (getComputedStyle(at).position === 'sticky') return true;
    return false;
  }
}

let checked = 0;
const faults = [];
await withGallery(async (open) => {
  for (const [name, params] of Object.entries(PAGES)) {
    if (!name.includes(part) || params.zoom !== undefined) continue;
    for (const [width, height] of SIZES) {
      const found = await open(params, { width, height, theme: 'light' }, (page) => page.evaluate(outOfReach));
      checked++;
      for (const fault of found) faults.push(`${name} ${width}x${height}: ${fault}`);
    }
  }
});
for (const fault of faults) console.log(fault);
console.log(`${checked} pages checked, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
