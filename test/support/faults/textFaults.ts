import { type FaultTable } from './runFault';

/** Faults of texts, tables of numbers and languages: the folders of shared/data/faults, with the right value or sentence of each call. */
export const textFaults: FaultTable = {};
