import { clearMarked, createGateSlope, type CreateCellBackward, readSlope } from '../backwardCell';
import { createPreActivations } from '../backwardPreActivation';

/**
 * Backward step of a simple (Elman 1990) network: h = act(a), a = x W + h(t-1) U + b;  da = dh act'(a),  dh(t-1) = da
 * U^T.
 */
export const createRnnBackward: CreateCellBackward = (kept, _capacity, product) => {
  const { weights } = kept;
  const H = weights.units;
  const h = new Float64Array(H);
  const gate = createGateSlope(weights.activation, H);
  const preActivations = createPreActivations(kept, { recurrent: H });
  const recurrent = { data: weights.recurrentKernel, offset: 0, stride: H };
  return {
    enter: (t, previous) => {
      kept.row('h', t, h);
      readSlope(gate, h, preActivations?.at(t, previous) ?? null, 0);
      preActivations?.maskClipped([gate.slope]);
      clearMarked(gate.slope, kept.edits?.heldAt(t)?.h);
    },
    toGates: ({ states: { h: dh }, da, rows }) => {
      for (let r = 0; r < rows; r++) {
        for (let j = 0, at = r * H; j < H; j++, at++) da[at] = (dh[at] as number) * (gate.slope[j] as number);
        gate.finish?.(da, r * H);
      }
    },
    toPrevious: ({ states: { h: dh }, da, rows }) => {
      product(
        { data: da, offset: 0, stride: H },
        recurrent,
        { data: dh, offset: 0, stride: H },
        { rows, columns: H, depth: H, add: false },
      );
    },
  };
};
