/** How one strip of bars is drawn. */
export interface StripOptions {
  /** The values' range: [0, 1] for gates, [-1, 1] for states; a value outside is drawn at its end. */
  readonly minimum: number;
  readonly maximum: number;
}

const widthPx = 128;
const heightPx = 14;
/** Contrast of at least 3 against the hover background of the light and of the dark default themes. */
const colour = '#2f7fd0';

/**
 * One bar a unit, from zero to the unit's value, as an SVG in a data URI. More than 128 units are drawn as the value
 * furthest from zero of each group, so that no open unit is lost.
 */
export function paintStrip(values: ArrayLike<number>, { minimum, maximum }: StripOptions): string {
  const columns = Math.min(values.length, widthPx);
  const toY = (value: number): number => {
    const inside = Math.min(maximum, Math.max(minimum, value));
    return heightPx * (1 - (inside - minimum) / (maximum - minimum));
  };
  const zero = toY(0);
  const width = columns > 0 ? widthPx / columns : widthPx;
  let path = '';
  for (let column = 0; column < columns; column++) {
    const value = furthestFromZero(
      values,
      Math.floor((column * values.length) / columns),
      Math.floor(((column + 1) * values.length) / columns),
    );
    if (!Number.isFinite(value)) continue;
    path += `M${round((column + 0.5) * width)} ${round(zero)}V${round(toY(value))}`;
  }
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">` +
    `<path d="M0 ${round(zero)}H${widthPx}" stroke="${colour}" stroke-opacity=".4"/>` +
    `<path d="${path}" stroke="${colour}" stroke-width="${round(Math.max(0.8, width * 0.8))}"/></svg>`;
  return `data:image/svg+xml;base64,${btoa(svg)}`;
}

function furthestFromZero(values: ArrayLike<number>, from: number, to: number): number {
  let furthest = values[from] ?? NaN;
  for (let k = from + 1; k < to; k++) {
    const value = values[k] ?? NaN;
    if (Math.abs(value) > Math.abs(furthest)) furthest = value;
  }
  return furthest;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
