import { collectGradients } from '../../engine/gradients/collectGradients';
import { collectTrace } from '../../engine/questions/collectTrace';
import { runPaced } from '../../engine/forward/pace';
import { packNpz } from '../../trace/files/npz';
import { packTraceJson } from '../../trace/files/traceJson';
import { type TraceFile } from '../../trace/files/traceFile';
import { type Handler } from '../workerContext';
import { keepGradients } from './gradients';

/** The whole trace, or the gradients of a loss, as the bytes of a file. */
export const exportTrace: Handler<'exportTrace'> = async (
  { inspections },
  { inspection, format, gradientsOf, from = 0 },
  { pace },
) => {
  const { reading, kept } = inspections.get(inspection);
  for (const direction of reading.directions) await reading.prepare(direction, [0, direction.steps], pace);
  if (gradientsOf === undefined) return runPaced(pack(await collectTrace(reading, format, pace), format), pace);
  const { file, norms } = await collectGradients(reading, { loss: gradientsOf, from, format }, pace);
  keepGradients(kept, norms, { from });
  return runPaced(pack(file, format), pace);
};

function pack(file: TraceFile, format: 'npz' | 'json'): Generator<void, Uint8Array> {
  return format === 'npz' ? packNpz(file) : packTraceJson(file);
}
