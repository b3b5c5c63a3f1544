import { type CellKind } from '../trace/reading/cellKind';
import { type CellStep } from './cellState';
import { stepGru } from './stepGru';
import { stepLstm } from './stepLstm';
import { stepRnn } from './stepRnn';

const steps: Readonly<Record<CellKind, CellStep>> = { lstm: stepLstm, gru: stepGru, rnn: stepRnn };

/** The step function of a kind of cell. */
export function stepOf(kind: CellKind): CellStep {
  return steps[kind];
}
