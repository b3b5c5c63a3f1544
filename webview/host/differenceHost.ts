import { type Result } from '../../src/base/result';
import { type DifferenceToHost, type HostToDifference } from '../../src/protocol/differenceMessages';
import { type WorkerRequests } from '../../src/protocol/workerRequests';
import { type TraceDifference } from '../../src/trace/reading/difference';

/** Who answers the page that shows in what two readings differ. */
export interface DifferenceHost {
  post(message: DifferenceToHost): void;
  /** Compares the two readings; an aborted one answers `cancelled`. Never rejects. */
  difference(params: WorkerRequests['difference']['params'], signal: AbortSignal): Promise<Result<TraceDifference>>;
  listen(listener: (message: HostToDifference) => void): void;
}
