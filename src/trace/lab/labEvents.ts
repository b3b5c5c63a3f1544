import { type SearchEvent } from './searchEvents';
import { type TrainingEvent } from './trainingEvents';
import { type TransferEvent } from './transferEvents';

/** What long work of the lab tells while it runs. */
export type LabEvent = TrainingEvent | SearchEvent | TransferEvent;
