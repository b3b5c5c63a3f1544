import { InspectorError } from '../../base/errors';
import { findAll } from '../../engine/questions/findings';
import { computeGradients } from '../../engine/gradients/gradients';
import { sourceOfReading } from '../../engine/gradients/gradientsReading';
import { runPaced } from '../../engine/forward/pace';
import { type Reading } from '../../engine/forward/reading';
import { type GradientNorms, type LossChoice } from '../../trace/reading/gradients';
import { type Handler, type RequestContext } from '../workerContext';
import { findGradients } from './gradients';

/** What stands out in an inspection. */
export const findings: Handler<'findings'> = async ({ inspections }, { inspection, loss }, request) => {
  const { reading, kept } = inspections.get(inspection);
  await reading.compute(request.pace);
  const known = findGradients(kept, loss ?? { at: 'last' });
  return findAll(reading, known ?? (await maybeGradients(reading, loss, request)), request.pace);
};

/**
 * Without a loss that can be had (one token, say) nothing is said of gradients; a loss that was asked for must be
 * there.
 */
async function maybeGradients(
  reading: Reading,
  loss: LossChoice | undefined,
  { pace }: RequestContext,
): Promise<GradientNorms | null> {
  try {
    return (await runPaced(computeGradients(sourceOfReading(reading), { loss: loss ?? { at: 'last' } }), pace)).norms;
  } catch (thrown) {
    if (loss === undefined && thrown instanceof InspectorError) return null;
    throw thrown;
  }
}
