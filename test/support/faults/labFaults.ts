import { type FaultTable } from './runFault';

/** Faults of training, transfer and the lab: the folders of shared/data/faults, with the right value or sentence of each call. */
export const labFaults: FaultTable = {};
