import { type CellKind } from '../trace/reading/cellKind';
import { type Cell } from './cell';
import { createGruBackward } from './gru/backward';
import { referenceGru } from './gru/reference';
import { stepGru } from './gru/step';
import { createLstmBackward } from './lstm/backward';
import { referenceLstm } from './lstm/reference';
import { stepLstm } from './lstm/step';
import { createMinGruBackward } from './minGru/backward';
import { referenceMinGru } from './minGru/reference';
import { stepMinGru } from './minGru/step';
import { createRnnBackward } from './rnn/backward';
import { referenceRnn } from './rnn/reference';
import { stepRnn } from './rnn/step';

/** The mathematics of every kind of cell. */
export const cells: Readonly<Record<CellKind, Cell>> = {
  rnn: { step: stepRnn, reference: referenceRnn, createBackward: createRnnBackward },
  mingru: { step: stepMinGru, reference: referenceMinGru, createBackward: createMinGruBackward },
  gru: { step: stepGru, reference: referenceGru, createBackward: createGruBackward },
  lstm: { step: stepLstm, reference: referenceLstm, createBackward: createLstmBackward },
};
