import { workerData } from 'node:worker_threads';
import { type Handed, serve } from '../engine/forward/secondThread';

/** Entry of the second computing thread: it does a part of the work of the first, and holds nothing else. */
serve(workerData as Handed);
