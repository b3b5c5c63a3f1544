import { wrap } from './wrapText';

/** A picture taken apart: painted areas and texts, placed in CSS pixels from its top left corner. */
export interface CollectedPicture {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly images: readonly {
    readonly canvas: HTMLCanvasElement;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly texts: readonly {
    readonly text: string;
    readonly x: number;
    readonly y: number;
    readonly font: string;
    readonly size: number;
    readonly family: string;
    readonly weight: string;
    readonly colour: string;
  }[];
}

/** Collects every canvas and every text that is shown inside an element, as it lies on the screen now. */
export function collectPicture(root: HTMLElement, background: string): CollectedPicture {
  const frame = root.getBoundingClientRect();
  const images = [...root.querySelectorAll('canvas')]
    .filter((canvas) => canvas.checkVisibility())
    .map((canvas) => {
      const box = canvas.getBoundingClientRect();
      return { canvas, x: box.left - frame.left, y: box.top - frame.top, width: box.width, height: box.height };
    });
  return { width: frame.width, height: frame.height, background, images, texts: collectTexts(root, frame) };
}

function collectTexts(root: HTMLElement, frame: DOMRect): CollectedPicture['texts'] {
  const texts: CollectedPicture['texts'][number][] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (text === '' || parent === null || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const style = getComputedStyle(parent);
    const isSvg = parent instanceof SVGElement;
    const size = parseFloat(style.fontSize);
    texts.push({
      text,
      x: box.left - frame.left,
      y: box.top - frame.top + box.height / 2 + size * 0.36,
      font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`,
      size,
      family: style.fontFamily,
      weight: style.fontWeight,
      colour: isSvg ? style.fill : style.color,
    });
  }
  return texts;
}

const captionLinePx = 16;
const captionEdgePx = 14;

/** The picture with lines of text under it: what it is of stands on it when it leaves the panel. */
export function withCaption(
  picture: CollectedPicture,
  lines: readonly string[],
  look: { readonly colour: string; readonly family: string },
): CollectedPicture {
  const most = Math.max(20, Math.floor((picture.width - 2 * captionEdgePx) / 6.4));
  const wrapped = lines.flatMap((line) => wrap(line, most));
  const texts = wrapped.map((text, k) => ({
    text,
    x: captionEdgePx,
    y: picture.height + (k + 1) * captionLinePx,
    font: `12px ${look.family}`,
    size: 12,
    family: look.family,
    weight: 'normal',
    colour: look.colour,
  }));
  return {
    ...picture,
    height: picture.height + (wrapped.length + 1) * captionLinePx,
    texts: [...picture.texts, ...texts],
  };
}

/** The picture as one canvas, two pixels a CSS pixel. */
export function pictureAsCanvas(picture: CollectedPicture): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(picture.width * 2);
  canvas.height = Math.ceil(picture.height * 2);
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.scale(2, 2);
  context.fillStyle = picture.background;
  context.fillRect(0, 0, picture.width, picture.height);
  context.imageSmoothingEnabled = false;
  for (const { canvas: image, x, y, width, height } of picture.images) context.drawImage(image, x, y, width, height);
  for (const { text, x, y, font, colour } of picture.texts) {
    context.font = font;
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }
  return canvas;
}

/** The picture as SVG: painted areas as embedded images, texts as texts. */
export function pictureAsSvg(picture: CollectedPicture): string {
  const { width, height, background, images, texts } = picture;
  const escape = (text: string): string =>
    text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
  const painted = images.map(
    ({ canvas, x, y, width: w, height: h }) =>
      `<image x="${x}" y="${y}" width="${w}" height="${h}" href="${canvas.toDataURL('image/png')}"/>`,
  );
  const written = texts.map(
    ({ text, x, y, size, family, weight, colour }) =>
      `<text x="${x}" y="${y}" font-size="${size}" font-family="${escape(family)}" font-weight="${weight}" fill="${escape(colour)}">${escape(text)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${background}"/>${painted.join('')}${written.join('')}</svg>`;
}
