import { computeConnectivity } from '../../engine/connectivity';
import { computeGradients } from '../../engine/gradients';
import { runPaced, sourceOfReading } from '../../engine/gradientsReading';
import { computeLossMatrix } from '../../engine/lossMatrix';
import { type Reading } from '../../engine/reading';
import { type GradientSource } from '../../engine/gradientsSource';
import { type Handler, type RequestContext, type WorkerContext } from '../workerContext';

/** The reading of an inspection, computed to its end where it was cancelled. */
async function openSource(context: WorkerContext, inspection: number, { pace }: RequestContext): Promise<{ reading: Reading; source: GradientSource }> {
  const { reading } = context.inspections.get(inspection);
  await reading.compute(pace);
  return { reading, source: sourceOfReading(reading) };
}

/** Norms of one loss at every step. */
export const gradients: Handler<'gradients'> = async (context, { inspection, loss, truncateAfter }, request) => {
  const { source } = await openSource(context, inspection, request);
  const work = computeGradients(source, { loss, ...(truncateAfter !== undefined && { truncateAfter }) });
  return (await runPaced(work, request.pace)).norms;
};

/** Loss step by time step. */
export const lossMatrix: Handler<'lossMatrix'> = async (context, { inspection, ...params }, request) => {
  const { source } = await openSource(context, inspection, request);
  return runPaced(computeLossMatrix(source, params), request.pace);
};

/** Which inputs decide the outputs of some steps. */
export const connectivity: Handler<'connectivity'> = async (context, { inspection, ...params }, request) => {
  const { source, reading } = await openSource(context, inspection, request);
  const { input, labels } = reading.model;
  const nameOf = (index: number): string => {
    const tokenizer = input.kind === 'tokens' && reading.model.task === 'next-token' ? input.tokenizer : undefined;
    return labels?.[index] ?? tokenizer?.textOf(index) ?? String(index);
  };
  return runPaced(computeConnectivity(source, { ...params, nameOf }), request.pace);
};
