import { type FaultTable } from './runFault';

/** Faults of studies and searches: the folders of shared/data/faults, with the right value or sentence of each call. */
export const studyFaults: FaultTable = {};
