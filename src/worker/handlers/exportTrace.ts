import { collectGradients } from '../../engine/collectGradients';
import { collectTrace } from '../../engine/collectTrace';
import { packNpz } from '../../trace/npz';
import { packTraceJson } from '../../trace/traceJson';
import { type Handler } from '../workerContext';

/** The whole trace, or the gradients of a loss, as the bytes of a file. */
export const exportTrace: Handler<'exportTrace'> = async ({ inspections }, { inspection, format, gradientsOf }, { pace }) => {
  const { reading } = inspections.get(inspection);
  for (const direction of reading.directions) await reading.prepare(direction, [0, direction.steps], pace);
  const file = gradientsOf === undefined ? await collectTrace(reading, format, pace) : await collectGradients(reading, gradientsOf, format, pace);
  return format === 'npz' ? packNpz(file) : packTraceJson(file);
};
