import { type FaultTable } from './runFault';

/** Faults of hostile files: the folders of shared/data/faults, with the right value or sentence of each call. */
export const securityFaults: FaultTable = {};
