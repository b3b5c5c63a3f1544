import { type CellWeights } from '../../cells/cellWeights';
import { type GradientSource, type SourceLayer } from './gradientsSource';
import { type StateName, hasCellState } from '../../trace/reading/cellKind';
import { stateWidth } from '../../cells/initialStates';

/** Whether all layers read forward over the same steps, so that nothing behind a step matters to it. */
export function isForwardOnly({ layers, steps }: GradientSource): boolean {
  return layers.every((layer) => layer.direction === 'forward' && layer.steps === steps);
}

/**
 * Steps [from, to) of a source that reads forward only, as a source of its own whose initial state is the one before
 * `from`.
 */
export function windowOf(source: GradientSource, from: number, to: number): GradientSource {
  if (from === 0 && to === source.steps) return source;
  if (!isForwardOnly(source)) throw new Error('Only a source that reads forward can be cut.');
  const { ids } = source;
  const layers = source.layers.map((layer): SourceLayer => {
    const { startsAt, edits } = layer;
    return {
      ...layer,
      steps: to - from,
      weights: withState(layer, from),
      ...(layer.mask !== undefined && { mask: layer.mask.subarray(from, to) }),
      field: (name, a, b) => layer.field(name, from + a, from + b),
      input: (a, b) => layer.input(from + a, from + b),
      ...(edits !== undefined && {
        edits: {
          heldAt: (t: number) => edits.heldAt(from + t),
          setAt: (t: number) => edits.setAt(from + t),
          stateBefore: (state: StateName, t: number) => edits.stateBefore(state, from + t),
        },
      }),
      ...(startsAt !== undefined && { startsAt: (t: number) => startsAt(from + t) }),
    };
  });
  return {
    model: source.model,
    steps: to - from,
    layers,
    ...(ids !== undefined && { ids: ids.subarray(from, Math.min(ids.length, to + 1)) }),
  };
}

function withState({ weights, field, startsAt }: SourceLayer, from: number): CellWeights {
  if (from === 0 || startsAt?.(from) === true) return weights;
  const before = (state: StateName): Float32Array =>
    Float32Array.from(field(state, from - 1, from)).subarray(0, stateWidth(weights, state));
  const initialH = before('h');
  return hasCellState(weights.cell) ? { ...weights, initialH, initialC: before('c') } : { ...weights, initialH };
}
