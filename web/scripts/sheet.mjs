// Puts pictures side by side on one sheet, each at the height of its row, so that they can be compared at a glance.

/** `pictures` are {label, png}; the sheet is as wide as a display and as high as it has to be. */
export async function sheet(browser, pictures, path, { width = 1300, rowHeight = 460 } = {}) {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const figures = pictures.map(
    ({ label, png }) => `<figure><img src="data:image/png;base64,${png.toString('base64')}"><figcaption>${label}</figcaption></figure>`,
  );
  await page.setContent(`<style>
    body { display: flex; flex-wrap: wrap; gap: 12px; margin: 12px; background: #808080; font: 14px sans-serif; }
    figure { margin: 0; }
    img { display: block; height: ${rowHeight}px; max-width: ${width - 24}px; object-fit: contain; }
  </style>${figures.join('')}`);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  await page.screenshot({ path, fullPage: true });
  await page.close();
}
