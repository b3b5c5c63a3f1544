import { InspectorError } from '../../base/errors';
import { type CellWeights } from '../../cells/cellWeights';
import { type RecurrentModel, type RecurrentStage } from '../../models/recurrentModel';
import { type ActivationName } from '../training/labSettings';
import { type NamedArray, type NetworkShape } from '../training/networkShape';

/** A trained network as training knows it. */
export interface SourceNetwork {
  readonly shape: NetworkShape;
  readonly weights: readonly NamedArray[];
}

/** The network of a model that this lab can train on; refuses, by name, what it cannot. */
export function networkOfModel(model: RecurrentModel): SourceNetwork {
  const stages = model.stages.filter(({ kind }) => kind !== 'identity' && kind !== 'masking');
  const [first, ...rest] = stages;
  const recurrent = rest.filter((stage): stage is RecurrentStage => stage.kind === 'recurrent');
  const head = rest.at(-1);
  if (first === undefined || (first.kind !== 'embedding' && first.kind !== 'oneHot')) throw refuse(model, 'it does not begin with an embedding or one-hot tokens');
  if (head?.kind !== 'dense' || head.activation !== 'softmax') throw refuse(model, 'it does not end in a softmax layer');
  if (recurrent.length === 0 || recurrent.length !== rest.length - 1) {
    const other = rest.slice(0, -1).find(({ kind }) => kind !== 'recurrent');
    throw refuse(model, `its layer ${other?.name ?? '(none)'} is not recurrent`);
  }
  const cells = recurrent.map((stage) => cellsOf(model, stage));
  const [{ forward, backward }] = cells as [Cells, ...Cells[]];
  const shape: NetworkShape = {
    cell: forward.cell,
    vocabularySize: first.kind === 'embedding' ? first.vocabularySize : first.width,
    embeddingWidth: first.kind === 'embedding' ? first.width : null,
    units: forward.units,
    layers: recurrent.length,
    bidirectional: backward !== undefined,
    outputs: head.outputWidth,
    activation: forward.activation as ActivationName,
    answersEveryStep: recurrent.at(-1)?.returnSequences ?? false,
  };
  const same = cells.every((each) => each.forward.cell === shape.cell && each.forward.units === shape.units && (each.backward !== undefined) === shape.bidirectional);
  if (!same) throw refuse(model, 'its recurrent layers differ in kind, size or direction');
  const embedding: readonly NamedArray[] = first.kind === 'embedding' ? [{ name: 'embedding', shape: [first.vocabularySize, first.width], data: first.table.slice() }] : [];
  const dense: readonly NamedArray[] = [
    { name: 'dense.kernel', shape: [head.inputWidth, head.outputWidth], data: head.kernel.slice() },
    { name: 'dense.bias', shape: [head.outputWidth], data: (head.bias ?? new Float32Array(head.outputWidth)).slice() },
  ];
  return { shape, weights: [...embedding, ...cells.flatMap(arraysOfLayer), ...dense] };
}

interface Cells {
  readonly forward: CellWeights;
  readonly backward?: CellWeights;
}

function cellsOf(model: RecurrentModel, { name, forward, backward, merge }: RecurrentStage): Cells {
  const cells = [forward, backward].filter((cell) => cell !== undefined);
  const isPlain = cells.every(({ projection, peepholes, clip, inputForget, resetAfter }) => [projection, peepholes, clip].every((part) => part === undefined) && inputForget !== true && resetAfter !== true);
  if (!isPlain) throw refuse(model, `its layer ${name} has peepholes, a projection, clipping or reset_after, which training here does not have`);
  if (cells.some(({ activation, recurrentActivation }) => typeof activation !== 'string' || recurrentActivation !== 'sigmoid')) {
    throw refuse(model, `its layer ${name} has gates that are not sigmoids`);
  }
  if (forward === undefined || (backward !== undefined && merge !== 'concat')) throw refuse(model, `its layer ${name} reads backwards only, or merges its directions otherwise than by concatenation`);
  return { forward, ...(backward === undefined ? {} : { backward }) };
}

function arraysOfLayer({ forward, backward }: Cells, layer: number): readonly NamedArray[] {
  const ofDirection = (cell: CellWeights, direction: string): readonly NamedArray[] => {
    const columns = cell.bias.length;
    return [
      { name: `${layer}.${direction}.kernel`, shape: [cell.inputWidth, columns], data: cell.kernel.slice() },
      { name: `${layer}.${direction}.recurrentKernel`, shape: [cell.units, columns], data: cell.recurrentKernel.slice() },
      { name: `${layer}.${direction}.bias`, shape: [columns], data: cell.bias.slice() },
    ];
  };
  return [...ofDirection(forward, 'forward'), ...(backward === undefined ? [] : ofDirection(backward, 'backward'))];
}

function refuse({ name }: RecurrentModel, why: string): InspectorError {
  return new InspectorError('model-unsupported', `${name} cannot be trained on: ${why}. Choose a model that was trained here, or one of embedding, LSTM, GRU or SimpleRNN, and softmax.`);
}
