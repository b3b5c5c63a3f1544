import { lab, rgb, type ColorCommonInstance, type LabColor } from 'd3';

/**
 * 256 colours as 32-bit words in the byte order of ImageData on a little-endian machine (0xAABBGGRR), and the colour of
 * NaN.
 */
export interface ColourTable {
  readonly words: Uint32Array;
  readonly nanWord: number;
}

/** A table through these colours, evenly spaced, mixed in CIELAB so that lightness runs evenly between them. */
export function createColourTable(colours: readonly string[], nanColour: string): ColourTable {
  const stops = colours.map((colour) => lab(colour));
  const words = Uint32Array.from({ length: 256 }, (_, k) => wordOf(mixStops(stops, k / 255)));
  return { words, nanWord: wordOf(rgb(nanColour)) };
}

/** The colour at a share in [0, 1] of the way from the first stop to the last. */
function mixStops(stops: readonly LabColor[], share: number): LabColor {
  const place = share * (stops.length - 1);
  const first = Math.max(0, Math.min(stops.length - 2, Math.floor(place)));
  const [from, to] = [stops[first] as LabColor, stops[Math.min(first + 1, stops.length - 1)] as LabColor];
  const mix = (a: number, b: number): number => a + (place - first) * (b - a);
  return lab(mix(from.l, to.l), mix(from.a, to.a), mix(from.b, to.b));
}

/** The CSS colour of a table's entry; -1 is NaN. */
export function cssColour(table: ColourTable, index: number): string {
  let known = written.get(table);
  if (known === undefined) written.set(table, (known = []));
  return (known[index + 1] ??= cssOf(index < 0 ? table.nanWord : (table.words[index] ?? table.nanWord)));
}

/** The colours of each table once written, NaN's first: pictures ask for thousands a frame. */
const written = new WeakMap<ColourTable, string[]>();

function cssOf(word: number): string {
  return `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;
}

/** The relative luminance of a table's entry, in [0, 1] (WCAG 2.2). */
export function luminance(word: number): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(word & 255) + 0.7152 * linear((word >> 8) & 255) + 0.0722 * linear((word >> 16) & 255);
}

/** Black or white, whichever is easier to read on this colour; the contrast is never under 4.5. */
export function textColourOn(word: number): '#000000' | '#ffffff' {
  const light = luminance(word);
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? '#000000' : '#ffffff';
}

function wordOf(colour: ColorCommonInstance): number {
  const { r, g, b } = colour.rgb();
  const byte = (channel: number): number => Math.max(0, Math.min(255, Math.round(channel)));
  return ((255 << 24) | (byte(b) << 16) | (byte(g) << 8) | byte(r)) >>> 0;
}
