import { type Result } from '../../src/base/result';
import { type HostToLab, type LabToHost } from '../../src/protocol/labMessages';
import { type PageRequest } from '../../src/protocol/pageRequests';
import { type LabOrder } from '../../src/protocol/requestParams';
import { type WorkerRequests } from '../../src/protocol/workerRequests';
import { type LabEvent } from '../../src/trace/lab/labEvents';

/** Who answers a page of the lab: a training, a search or a transfer. */
export interface LabHost<Event extends LabEvent> {
  post(message: LabToHost): void;
  /** Keeps what a reload of the window needs to restore the panel. */
  keep(order: LabOrder): void;
  /**
   * Asks the worker; the host knows the lab file and its folder. An aborted request answers `cancelled`. Never rejects.
   */
  request<K extends PageRequest<'lab'>>(
    kind: K,
    params: object,
    signal?: AbortSignal,
  ): Promise<Result<WorkerRequests[K]['value']>>;
  listen(listener: (message: HostToLab<Event>) => void): void;
}
