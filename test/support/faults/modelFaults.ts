import { type FaultTable } from './runFault';

/** Faults of files of models and vocabularies: the folders of shared/data/faults, with the right value or sentence of each call. */
export const modelFaults: FaultTable = {};
