import {
  clearHeldGates,
  clearMarked,
  createGateSlope,
  type CreateCellBackward,
  type GateSlope,
  type GradientBatch,
  readSlope,
  readState,
} from '../backwardCell';
import { createPreActivations } from '../backwardPreActivation';

/**
 * Backward step of a minGRU: h = (1 - z) h(t-1) + z g
 *   da_z = dh (g - h(t-1)) z',  da_g = dh z g',  dh(t-1) = dh (1 - z)
 * No gate reads the state: what reaches h(t-1) is the direct path alone.
 */
export const createMinGruBackward: CreateCellBackward = (kept) => {
  const { weights } = kept;
  const H = weights.units;
  const [z, g, before, carry, toZ, toG] = Array.from({ length: 6 }, () => new Float64Array(H)) as Rows;
  const gates = [createGateSlope(weights.recurrentActivation, H), createGateSlope(weights.activation, H)] as const;
  const preActivations = createPreActivations(kept, { recurrent: 0 });
  return {
    enter: (t, previous) => {
      kept.row('z', t, z);
      kept.row('g', t, g);
      readState(kept, 'h', { t, previous }, before);
      const a = preActivations?.at(t, previous) ?? null;
      [z, g].forEach((values, block) => readSlope(gates[block] as GateSlope, values, a, block));
      for (let j = 0; j < H; j++) {
        toZ[j] = ((g[j] as number) - (before[j] as number)) * (gates[0].slope[j] as number);
        toG[j] = (z[j] as number) * (gates[1].slope[j] as number);
        carry[j] = 1 - (z[j] as number);
      }
      preActivations?.maskClipped([toZ, toG]);
      const held = kept.edits?.heldAt(t);
      if (!held) return;
      clearHeldGates([toZ, toG], gates, [held.z, held.g]);
      for (const row of [toZ, toG, carry]) clearMarked(row, held.h);
    },
    toGates: (batch) => {
      spread(batch, [toZ, toG]);
      for (let row = 0; row < batch.rows; row++) {
        gates[0].finish?.(batch.da, 2 * row * H);
        gates[1].finish?.(batch.da, (2 * row + 1) * H);
      }
    },
    toPrevious: ({ states: { h: dh }, rows }) => {
      for (let row = 0; row < rows; row++)
        for (let j = 0; j < H; j++) dh[row * H + j] = (dh[row * H + j] as number) * (carry[j] as number);
    },
  };
};

/** da = dh * factor, of both gates. */
function spread({ states: { h: dh }, da, rows }: GradientBatch, factors: readonly Float64Array[]): void {
  factors.forEach((factor, block) => {
    const H = factor.length;
    for (let row = 0; row < rows; row++)
      for (let j = 0; j < H; j++) da[(2 * row + block) * H + j] = (dh[row * H + j] as number) * (factor[j] as number);
  });
}

type Rows = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
