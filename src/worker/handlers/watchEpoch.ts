import { InspectorError } from '../../base/errors';
import { computeGradients } from '../../engine/gradients/gradients';
import { sourceOfReading } from '../../engine/gradients/gradientsReading';
import { runPaced } from '../../engine/forward/pace';
import { readRange } from '../../engine/questions/rangeFrame';
import { Reading } from '../../engine/forward/reading';
import { fieldsOf } from '../../trace/reading/cellKind';
import { type EpochReading } from '../../trace/lab/epochReading';
import { packFrame } from '../../trace/reading/frame';
import { type GradientNorms, log10Norms } from '../../trace/reading/gradients';
import { summarizeModel } from '../summarizeModel';
import { type Handler, type RequestContext } from '../workerContext';

/** A sentence is watched over at most so many tokens. */
const mostTokens = 400;

/** Reads a sentence with the model of an epoch and leaves nothing open. */
export const watchEpoch: Handler<'watchEpoch'> = async (
  context,
  { model, text, layer },
  request,
): Promise<EpochReading> => {
  const lease = await context.models.lease(model, request.signal);
  try {
    const reading = new Reading(lease.prepared, { kind: 'text', text }, context.cache, {
      asTrained: false,
      limitTokens: mostTokens,
    });
    try {
      return await describe(reading, layer, request);
    } finally {
      reading.dispose();
    }
  } finally {
    lease.dispose();
  }
};

async function describe(reading: Reading, layer: number, request: RequestContext): Promise<EpochReading> {
  await reading.compute(request.pace);
  const { layers, labels = [], task } = summarizeModel(reading.model);
  const shape = layers[layer];
  if (shape === undefined)
    throw new InspectorError('out-of-range', `The model has ${layers.length} layers; there is no layer ${layer}.`);
  const range = {
    layer: shape.layer,
    direction: shape.direction,
    fields: fieldsOf(shape.cell),
    from: 0,
    to: reading.steps,
  };
  const norms = await maybeGradients(reading, request);
  const own = norms?.layers.find((each) => each.layer === shape.layer && each.direction === shape.direction);
  return {
    tokens: reading.tokens.map((token) => token.text),
    layers,
    frame: packFrame(await readRange(reading, range, request.pace)),
    log10Gradient: own === undefined ? new Float32Array(0) : log10Norms(own.dLdh),
    lossName: norms?.lossName ?? '',
    output: task === 'classify' ? [...(reading.output()?.data ?? [])] : [],
    labels,
  };
}

/** None where the sentence gives no loss, such as one token of a language model. */
async function maybeGradients(reading: Reading, { pace }: RequestContext): Promise<GradientNorms | null> {
  try {
    return (await runPaced(computeGradients(sourceOfReading(reading), { loss: { at: 'last' } }), pace)).norms;
  } catch (thrown) {
    if (thrown instanceof InspectorError && thrown.code !== 'cancelled') return null;
    throw thrown;
  }
}
