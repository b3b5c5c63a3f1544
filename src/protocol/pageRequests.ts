import { type WorkerRequestKind } from './workerRequests';

/** What each kind of page may ask of the worker; the host refuses everything else. */
export const pageRequests = {
  inspector: [
    'connectivity',
    'explain',
    'editEffect',
    'findings',
    'formula',
    'gradients',
    'inputColumns',
    'lossMatrix',
    'predictions',
    'range',
    'unitOrder',
  ],
  decay: ['decay'],
  difference: ['difference'],
  overview: ['overview', 'weightMaps'],
  /** Trainings, searches and transfers; the work of each refuses what is another's. */
  lab: ['describeLab', 'importance', 'study', 'surrogate', 'watchEpoch'],
} as const satisfies Readonly<Record<string, readonly WorkerRequestKind[]>>;

export type PageName = keyof typeof pageRequests;

/** A request that a page may make. */
export type PageRequest<P extends PageName> = (typeof pageRequests)[P][number];

/** Whether a page may make a request; what a page says is not trusted to be one at all. */
export function mayAsk(page: PageName, kind: unknown): boolean {
  return (pageRequests[page] as readonly unknown[]).includes(kind);
}
