import { workerData } from 'node:worker_threads';
import { type Handed, serveColumns } from '../engine/secondThread';

/** Entry of the second computing thread: it does half of the columns of each step, and holds nothing else. */
serveColumns(workerData as Handed);
