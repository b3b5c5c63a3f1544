import { type KeptValues, readState } from './backwardCell';
import { sumGates } from './cellSums';
import { type Activation } from './cellWeights';
import { outputWidthOf } from './initialStates';
import { slopeNeedsInput } from './scalarActivation';

/** The sums before the gates' activations, computed again for one step at a time. */
export interface PreActivations {
  /** [G H] at step t, before clipping; `previous` is the step read before it or -1. */
  at(t: number, previous: number): Float64Array;
  /** Sets the factors of gates whose sum was clipped to 0: the clip's derivative. One row of H a gate. */
  maskClipped(factors: readonly Float64Array[]): void;
}

/** Completes the sums that {@link sumGates} began, from what was kept of step t. */
export type CompleteSums = (
  a: Float64Array,
  at: { readonly t: number; readonly previous: number; readonly h: Float64Array },
) => void;

/**
 * Null where the outputs kept in a trace determine every derivative, which is the usual case. `recurrent` of the sums
 * take h U directly; `complete` adds what else a cell has.
 */
export function createPreActivations(
  kept: KeptValues,
  { recurrent, complete }: { readonly recurrent: number; readonly complete?: CompleteSums },
): PreActivations | null {
  const { weights } = kept;
  const needed: readonly Activation[] = [weights.activation, weights.recurrentActivation];
  if (weights.clip === undefined && !needed.some(slopeNeedsInput)) return null;
  if (kept.input === undefined)
    throw new Error('This cell clips or has an activation like GELU: its input must be at hand.');
  const a = new Float64Array(weights.bias.length);
  const x = new Float64Array(weights.inputWidth);
  const h = new Float64Array(outputWidthOf(weights));
  const readInput = kept.input;
  return {
    at: (t, previous) => {
      readInput(t, x);
      readState(kept, 'h', { t, previous }, h);
      sumGates(a, weights, { x, h, recurrent });
      complete?.(a, { t, previous, h });
      return a;
    },
    maskClipped: (factors) => {
      const { clip, units } = weights;
      if (clip === undefined) return;
      factors.forEach((row, block) => {
        for (let j = 0; j < units; j++) if (Math.abs(a[block * units + j] as number) > clip) row[j] = 0;
      });
    },
  };
}
