import { computeConnectivity } from '../../engine/gradients/connectivity';
import { computeGradients } from '../../engine/gradients/gradients';
import { sourceOfReading } from '../../engine/gradients/gradientsReading';
import { runPaced } from '../../engine/forward/pace';
import { computeLossMatrix } from '../../engine/gradients/lossMatrix';
import { type Reading } from '../../engine/forward/reading';
import { type GradientSource } from '../../engine/gradients/gradientsSource';
import { type WorkerRequests } from '../../protocol/workerRequests';
import { type GradientNorms, type LossChoice } from '../../trace/reading/gradients';
import { type Handler, type RequestContext, type WorkerContext } from '../workerContext';

/** The reading of an inspection, computed to its end where it was cancelled. */
async function openSource(
  context: WorkerContext,
  inspection: number,
  { pace }: RequestContext,
): Promise<{ reading: Reading; source: GradientSource }> {
  const { reading } = context.inspections.get(inspection);
  await reading.compute(pace);
  return { reading, source: sourceOfReading(reading) };
}

/** Norms of one loss at every step. */
export const gradients: Handler<'gradients'> = async (context, { inspection, loss, ...reach }, request) => {
  const { kept } = context.inspections.get(inspection);
  const known = findGradients(kept, loss, reach);
  if (known !== null) return known;
  const { source } = await openSource(context, inspection, request);
  const work = computeGradients(source, { loss, ...reach });
  const { norms } = await runPaced(work, request.pace);
  keepGradients(kept, norms, reach);
  return norms;
};

interface LastGradients {
  readonly key: string;
  readonly norms: GradientNorms;
}

/** How far back a loss is followed. */
type Reach = Pick<WorkerRequests['gradients']['params'], 'truncateAfter' | 'from'>;

function keyOf({ at, target, label }: LossChoice, { truncateAfter, from = 0 }: Reach): string {
  return JSON.stringify([at, target, label, truncateAfter, from]);
}

/** Keeps the last norms with an inspection: the strip, the findings and a file ask for the same. */
export function keepGradients(kept: Map<string, unknown>, norms: GradientNorms, reach: Reach = {}): void {
  kept.set('gradients', { key: keyOf(norms.loss, reach), norms } satisfies LastGradients);
}

/** The norms kept with an inspection, if they are of this loss. */
export function findGradients(
  kept: ReadonlyMap<string, unknown>,
  loss: LossChoice,
  reach: Reach = {},
): GradientNorms | null {
  const last = kept.get('gradients') as LastGradients | undefined;
  return last?.key === keyOf(loss, reach) ? last.norms : null;
}

/** Loss step by time step. */
export const lossMatrix: Handler<'lossMatrix'> = async (context, { inspection, ...params }, request) => {
  const { source } = await openSource(context, inspection, request);
  return runPaced(computeLossMatrix(source, params), request.pace);
};

/** How sensitive the outputs of some steps are to each input. */
export const connectivity: Handler<'connectivity'> = async (context, { inspection, ...params }, request) => {
  const { source, reading } = await openSource(context, inspection, request);
  const { input, labels } = reading.model;
  const nameOf = (index: number): string => {
    const tokenizer = input.kind === 'tokens' && reading.model.task === 'next-token' ? input.tokenizer : undefined;
    return labels?.[index] ?? tokenizer?.textOf(index) ?? String(index);
  };
  return runPaced(computeConnectivity(source, { ...params, nameOf }), request.pace);
};
