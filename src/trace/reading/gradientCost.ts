import { gatesOf, hasCellState } from './cellKind';
import { type LayerShape } from './trace';

/** What the gradients of a loss would cost. */
export interface GradientCost {
  readonly seconds: number;
  /** Of all arrays together: dL/dh, dL/dc, dL/dx and every gate's. */
  readonly megabytes: number;
}

/** More steps than these are not gone back through unasked. */
export const stepsUnasked = 10_000;

/** How many steps are offered in place of all. */
export const stepsOffered = 2000;

/** What was measured on one core of 2024, on the plain path in float64; a rough figure for a message. */
const multiplicationsPerSecond = 2.5e9;

/** What it costs to go back through so many steps of a model, roughly. */
export function estimateGradients(
  layers: readonly Pick<LayerShape, 'cell' | 'units' | 'outputWidth' | 'inputWidth'>[],
  steps: number,
): GradientCost {
  let multiplications = 0;
  let numbers = 0;
  for (const { cell, units, outputWidth, inputWidth } of layers) {
    const width = gatesOf(cell).length * units;
    multiplications += width * (outputWidth + inputWidth);
    numbers += width + outputWidth + inputWidth + (hasCellState(cell) ? units : 0);
  }
  return { seconds: (steps * multiplications) / multiplicationsPerSecond, megabytes: (steps * numbers * 4) / 1e6 };
}

/** A cost in words: "about 0.9 s and 77 MB". */
export function sayCost({ seconds, megabytes }: GradientCost): string {
  const time =
    seconds < 0.1 ? 'less than 0.1 s' : `about ${seconds < 10 ? seconds.toPrecision(2) : Math.round(seconds)} s`;
  return `${time} and ${Math.ceil(megabytes)} MB`;
}
