import { writeCsv } from '../trace/files/csv';
import { type DecayComparison, type DecayCurve, type DecayEntry } from '../trace/reading/decay';

/** A comparison as JSON: arrays as lists, NaN and infinities as the strings "NaN", "Infinity", "-Infinity". */
export function packDecayJson(comparison: DecayComparison): string {
  const replace = (_key: string, value: unknown): unknown => {
    if (value instanceof Float32Array) return [...value].map(shorten);
    return typeof value === 'number' ? shorten(value) : value;
  };
  return `${JSON.stringify(comparison, replace, 1)}\n`;
}

/** One row a network, quantity and lag. */
export function packDecayCsv({ entries, settings }: DecayComparison): string {
  const header = [
    'network',
    'settings',
    'quantity',
    'lag',
    'step',
    'log10_mean',
    'log10_deviation',
    'log10_minimum',
    'log10_maximum',
  ];
  const rows = entries.flatMap((entry) =>
    curvesOf(entry).flatMap(([quantity, curve]) => curveRows(entry, { quantity, curve, lossStep: settings.lossStep })),
  );
  return writeCsv([header, ...rows]);
}

function curvesOf({ h, c, direct }: DecayEntry): readonly (readonly [string, DecayCurve])[] {
  return [
    ['dLdh', h],
    ...(c === undefined ? [] : [['dLdc', c] as const]),
    ...(direct === undefined ? [] : [['direct path along c', direct] as const]),
  ];
}

function curveRows(
  entry: DecayEntry,
  { quantity, curve, lossStep }: { quantity: string; curve: DecayCurve; lossStep: number },
): readonly (readonly (string | number)[])[] {
  return Array.from(curve.mean, (mean, lag) => {
    const numbers = [
      lag,
      lossStep - lag,
      mean,
      curve.deviation[lag] ?? NaN,
      curve.minimum[lag] ?? NaN,
      curve.maximum[lag] ?? NaN,
    ];
    return [entry.name, entry.settingsLine, quantity, ...numbers.map((value) => Number(value.toPrecision(9)))];
  });
}

/** Nine digits give every float32 back. */
function shorten(value: number): number | string {
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : String(value);
}
