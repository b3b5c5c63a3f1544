import { type PageRequest } from '../../src/protocol/pageRequests';
import { type Result } from '../../src/base/result';
import { type HostToView, type StoredPanel, type ViewToHost } from '../../src/protocol/viewMessages';
import { type WorkerRequests } from '../../src/protocol/workerRequests';

/** The parameters of a request as the view gives them: the host fills in the inspection. */
export type ViewParams<K extends PageRequest<'inspector'>> = Omit<
  WorkerRequests[K]['params'],
  'inspection' | (K extends 'editEffect' ? 'before' : never)
>;

/** Who answers the view: the extension host, or the data inside a report page. */
export interface Host {
  /** A report page has nobody to save, copy or reveal for it. */
  readonly isLive: boolean;
  post(message: ViewToHost): void;
  /** Keeps what a reload of the window needs to restore the panel. */
  keep(panel: StoredPanel): void;
  /** Asks; an aborted request is cancelled at the other end and answers with the code `cancelled`. Never rejects. */
  request<K extends PageRequest<'inspector'>>(
    kind: K,
    params: ViewParams<K>,
    signal?: AbortSignal,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Result<WorkerRequests[K]['value']>>;
  /**
   * One listener, set once, while the page is made; what arrived before is given to it as soon as the page has been
   * made.
   */
  listen(listener: (message: HostToView) => void): void;
}
