import { type DecayComparison, type DecayCurve, type DecayEntry } from '../../../src/trace/reading/decay';
import { type ChangedEntry } from '../../store/decayEarlier';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { cellDescriptions } from '../../../src/trace/reading/cellKind';

/** What a curve is of: the hidden state, the cell state, or the direct path along the cell state. */
export type CurveKind = 'h' | 'c' | 'direct';

/** One curve of the picture and how it is drawn. */
export interface DrawnCurve {
  readonly entry: DecayEntry;
  readonly kind: CurveKind;
  readonly curve: DecayCurve;
  readonly colour: string;
  /** SVG's stroke-dasharray; empty is solid. */
  readonly dash: string;
  readonly widthPx: number;
  /** As it was before a setting changed: drawn pale. */
  readonly isEarlier?: true;
}

const dashes: Readonly<Record<CurveKind, string>> = { h: '', c: '7 3', direct: '2 3' };

/** The curves to draw: colour is the network, the dash what it is of; trained ones are thicker. */
export function curvesOf(
  { entries }: DecayComparison,
  kinds: readonly CurveKind[],
  palette: Palette,
): readonly DrawnCurve[] {
  return entries.flatMap((entry, index) =>
    kinds.flatMap((kind): readonly DrawnCurve[] => {
      const curve = entry[kind];
      if (curve === undefined) return [];
      return [
        {
          entry,
          kind,
          curve,
          colour: colourOf(entries, index, palette),
          dash: dashes[kind],
          widthPx: entry.trained ? 2.75 : 1.75,
        },
      ];
    }),
  );
}

/** The curves of h from before a setting changed, where they differ: pale, in the colours of now. */
export function earlierCurves(
  changed: readonly ChangedEntry[],
  { entries }: DecayComparison,
  palette: Palette,
): readonly DrawnCurve[] {
  return changed.map(({ before, now }) => ({
    entry: before,
    kind: 'h',
    curve: before.h,
    colour: colourOf(entries, entries.indexOf(now), palette),
    dash: dashes.h,
    widthPx: 4,
    isEarlier: true,
  }));
}

/** Colour of a network: one a cell, and a second one for its untrained twin. */
export function colourOf(entries: readonly DecayEntry[], index: number, palette: Palette): string {
  const entry = entries[index];
  if (entry === undefined) return palette.foreground;
  const before = entries.slice(0, index).filter(({ cell }) => cell === entry.cell).length;
  return palette.lines[cellDescriptions[entry.cell].colours[before % 2] ?? ''] ?? palette.foreground;
}

/** What the kinds of curve are called. */
export function nameOfKind(kind: CurveKind): string {
  return {
    h: say('dL/dh, hidden state'),
    c: say('dL/dc, cell state'),
    direct: say('direct path along c (forget gates only)'),
  }[kind];
}

/** The values that an axis spans. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** The smallest and the largest finite mean over all curves, with room; [-1, 1] where there is none. */
export function rangeOfCurves(curves: readonly DrawnCurve[]): ValueRange {
  let low = Infinity;
  let high = -Infinity;
  for (const { curve } of curves) {
    for (const value of curve.mean) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return { low: -1, high: 1 };
  return { low: Math.min(low, -0.5), high: Math.max(high, 0.5) };
}

/** Every setting that decides the outcome, in lines for under the picture. */
export function settingsLines({ settings, entries }: DecayComparison): readonly string[] {
  const { input, steps, inputs, seeds, lossName, lossStep, clipNorm, truncateAfter, equal } = settings;
  const general = [
    say('Input: {0}', input),
    say('{0} steps', steps),
    ...(inputs === undefined ? [] : [say('{0} inputs a step', inputs)]),
    seeds === 1 ? say('1 seed') : say('{0} seeds', seeds),
    say('loss: {0}, step {1}', lossName, lossStep),
    equal === 'units' ? say('same units') : say('same number of parameters'),
    clipNorm === undefined ? say('no clipping') : say('gradient clipped to norm {0}', clipNorm),
    truncateAfter === undefined ? say('exact, not truncated') : say('truncated after {0} steps', truncateAfter),
  ].join('; ');
  return [`${general}.`, ...entries.map(({ name, settingsLine }) => `${name}: ${settingsLine}`)];
}
