import { InspectorError } from '../base/errors';
import { type WorkerRequestKind, type WorkerRequests } from '../protocol/workerRequests';
import { type CommandContext } from './command';

/** Asks the worker and waits; a failure is thrown. */
export async function ask<Kind extends WorkerRequestKind>(
  { link, signal, progress }: CommandContext,
  kind: Kind,
  params: WorkerRequests[Kind]['params'],
): Promise<WorkerRequests[Kind]['value']> {
  const result = await link.request(kind, params, { signal, onProgress: progress });
  if (!result.ok) throw new InspectorError(result.error.code, result.error.message);
  return result.value;
}
