import { type Field } from '../../trace/reading/cellKind';
import { type GateMovement, type SentenceMovement } from '../../trace/lab/transferEvents';
import { GateReader, type LayerGates } from './gateReader';
import { type SourceNetwork } from './sourceNetwork';

/** The networks before and after; ids that only the later one has a row for are `unknown` to the earlier. */
export interface NetworkPair {
  readonly before: SourceNetwork;
  readonly after: SourceNetwork;
  readonly unknown: number;
}

type Breathe = () => Promise<void>;

/**
 * The movements with the gates' values on texts: mean before, mean after, and mean change, per unit over all tokens.
 */
export async function withActivations(
  moved: readonly GateMovement[],
  texts: readonly Int32Array[],
  { pair, breathe }: { readonly pair: NetworkPair; readonly breathe: Breathe },
): Promise<readonly GateMovement[]> {
  const { units } = pair.before.shape;
  const sums = moved.map(() => ({
    before: new Float64Array(units),
    after: new Float64Array(units),
    changed: new Float64Array(units),
  }));
  let tokens = 0;
  await readPair(pair, async (read) => {
    for (const ids of texts) {
      const { before, after } = read(ids);
      tokens += ids.length;
      moved.forEach(({ layer, direction, gate }, at) => {
        const values = (layers: readonly LayerGates[]) => fieldOf(layers, { layer, direction, gate });
        addUp(sums[at] as (typeof sums)[number], values(before), values(after));
      });
      await breathe();
    }
  });
  if (tokens === 0) return moved;
  const mean = (sum: Float64Array): readonly number[] => Array.from(sum, (value) => value / tokens);
  return moved.map((row, at) => {
    const { before, after, changed } = sums[at] as (typeof sums)[number];
    return { ...row, activation: { before: mean(before), after: mean(after), changed: mean(changed) } };
  });
}

/** Every field of the layers that both networks have, after minus before, on one text. */
export async function compareOnText(ids: Int32Array, pair: NetworkPair): Promise<SentenceMovement['layers']> {
  const { cell, units, layers } = pair.before.shape;
  let rows: SentenceMovement['layers'] = [];
  await readPair(pair, async (read) => {
    const { before, after } = read(ids);
    rows = after
      .filter(({ layer }) => layer < layers)
      .map(({ layer, direction, fields }, at) => {
        const differences = Object.entries(fields).map(([field, values]) => {
          const earlier = before[at]?.fields[field as Field];
          return [field, Array.from(values, (value, k) => round(value - (earlier?.[k] ?? NaN)))] as const;
        });
        return { layer, direction, cell, units, fields: Object.fromEntries(differences) };
      });
    return Promise.resolve();
  });
  return rows;
}

type ReadPair = (ids: Int32Array) => { readonly before: readonly LayerGates[]; readonly after: readonly LayerGates[] };

async function readPair(pair: NetworkPair, use: (read: ReadPair) => Promise<void>): Promise<void> {
  const before = new GateReader(pair.before);
  const after = new GateReader(pair.after);
  const known = pair.before.shape.vocabularySize;
  try {
    await use((ids) => ({
      before: before.read(ids.map((id) => (id < known ? id : pair.unknown))),
      after: after.read(ids),
    }));
  } finally {
    before.dispose();
    after.dispose();
  }
}

/** A simple RNN's one block of weights makes h. */
function fieldOf(
  layers: readonly LayerGates[],
  { layer, direction, gate }: Pick<GateMovement, 'layer' | 'direction' | 'gate'>,
): Float32Array {
  const field = (gate === 'a' ? 'h' : gate) as Field;
  return (
    layers.find((each) => each.layer === layer && each.direction === direction)?.fields[field] ?? new Float32Array()
  );
}

function addUp(
  sums: { readonly before: Float64Array; readonly after: Float64Array; readonly changed: Float64Array },
  before: Float32Array,
  after: Float32Array,
): void {
  const units = sums.before.length;
  after.forEach((value, at) => {
    const unit = at % units;
    const earlier = before[at] ?? NaN;
    sums.before[unit] = (sums.before[unit] ?? 0) + earlier;
    sums.after[unit] = (sums.after[unit] ?? 0) + value;
    sums.changed[unit] = (sums.changed[unit] ?? 0) + Math.abs(value - earlier);
  });
}

/** Six digits: the file with the results stays readable. */
function round(value: number): number {
  return Number(value.toPrecision(6));
}
