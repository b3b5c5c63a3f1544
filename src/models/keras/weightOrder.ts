import { InspectorError } from '../../base/errors';
import { getList, getObject, getOwn, getString, isJsonObject, type JsonObject } from '../untrustedJson';

/** Classes that keep no weights, which load_weights leaves out when it counts. */
const weightless =
  /^(InputLayer|.*Dropout\w*|GaussianNoise|Activation|\w*ReLU|ELU|Softmax|Flatten|Reshape|Permute|RepeatVector|Masking|Lambda|\w*Pooling\w*|Add|Subtract|Multiply|Average|Maximum|Minimum|Concatenate|Dot|Merge|Cropping\w*|ZeroPadding\w*|UpSampling\w*|ActivityRegularization|Rescaling|GetItem|SlicingOpLambda|TFOpLambda)$/;

/** A file of weights only: the names of its layers that have weights, in their order. */
export interface SavedOrder {
  readonly saved: readonly string[];
  /** The architecture that was found beside it. */
  readonly topology: JsonObject;
}

/**
 * For each outermost layer of an architecture, the saved layer whose weights it takes. Keras's load_weights goes by
 * order: names say only in which session a model was built (lstm_2 there is lstm_3 here). Where the counts differ,
 * names must fit.
 */
export function matchByOrder({ saved, topology }: SavedOrder): ReadonlyMap<string, string> {
  const wanted = outermostLayers(topology).filter(hasWeights).map(nameOf);
  if (wanted.length === saved.length) return new Map(wanted.map((name, index) => [name, saved[index] ?? name]));
  if (wanted.every((name) => saved.includes(name))) return new Map(wanted.map((name) => [name, name]));
  throw new InspectorError(
    'model-needs-answer',
    `it holds the weights of ${saved.length} layers (${listed(saved)}), but the architecture beside it has ${wanted.length} with weights (${listed(wanted)}). Name the architecture that it was saved from: "architecture" in the .inspector.json.`,
  );
}

function listed(names: readonly string[]): string {
  return names.slice(0, 8).join(', ');
}

function outermostLayers(topology: JsonObject): readonly JsonObject[] {
  const config = getOwn(topology, 'config');
  const layers = Array.isArray(config) ? (config as unknown[]) : isJsonObject(config) ? getList(config, 'layers') : [];
  return layers.filter(isJsonObject);
}

function nameOf(layer: JsonObject): string {
  return getString(layer, 'name') ?? getString(getObject(layer, 'config') ?? {}, 'name') ?? '';
}

/** Whether a layer, or one of the layers that it holds, keeps weights. */
function hasWeights(layer: JsonObject): boolean {
  const inner = outermostLayers(layer);
  if (inner.length > 0) return inner.some(hasWeights);
  const className = getString(layer, 'class_name') ?? '';
  const wrapped = getObject(getObject(layer, 'config') ?? {}, 'layer');
  return className === 'TimeDistributed' && wrapped !== undefined ? hasWeights(wrapped) : !weightless.test(className);
}
