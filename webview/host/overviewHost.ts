import { type Result } from '../../src/base/result';
import { type HostToOverview, type OverviewToHost } from '../../src/protocol/overviewMessages';
import { type PageRequest } from '../../src/protocol/pageRequests';
import { type WorkerRequests } from '../../src/protocol/workerRequests';

/** Who answers the page that shows a model's weights; the host fills in which model is meant. */
export interface OverviewHost {
  post(message: OverviewToHost): void;
  /** Asks; an aborted request answers `cancelled`. Never rejects. */
  request<K extends PageRequest<'overview'>>(
    kind: K,
    params: Omit<WorkerRequests[K]['params'], 'model'>,
    signal?: AbortSignal,
  ): Promise<Result<WorkerRequests[K]['value']>>;
  listen(listener: (message: HostToOverview) => void): void;
}
