import { InspectorError } from '../../base/errors';
import { type CellWeights } from '../../cells/cellWeights';
import { type DenseStage, type RecurrentModel, type RecurrentStage, type Stage } from '../../network/recurrentModel';
import { activationNames } from '../training/settingsSchema';
import { type ActivationName } from '../training/labSettings';
import { directionsOf, type NamedArray, type NetworkShape } from '../training/network/networkShape';
import { gatesOf, hasGates, hasRecurrentKernel } from '../../trace/reading/cellKind';

/** A trained network as training knows it. */
export interface SourceNetwork {
  readonly shape: NetworkShape;
  readonly weights: readonly NamedArray[];
}

/**
 * The layers of a model that this lab can train on. `outputs` of its shape is 0 where its head is not a softmax that
 * stays.
 */
export interface SourceLayers extends SourceNetwork {
  /** Names of the layers behind the recurrent ones that a transfer leaves behind. */
  readonly dropped: readonly string[];
}

/** The layers of a model that this lab can train on; refuses, by name, what it cannot. */
export function layersOfModel(model: RecurrentModel): SourceLayers {
  const stages = model.stages.filter(({ kind }) => kind !== 'identity' && kind !== 'masking');
  const [first, ...rest] = stages;
  if (first?.kind !== 'embedding' && first?.kind !== 'oneHot')
    throw refuse(
      model,
      `it begins with ${first === undefined ? 'no layer' : nameOf(first)} and not with an embedding or one-hot tokens`,
    );
  const lastRecurrent = rest.findLastIndex(({ kind }) => kind === 'recurrent');
  if (lastRecurrent < 0) throw refuse(model, 'it has no recurrent layer');
  const between = rest.slice(0, lastRecurrent).find(({ kind }) => kind !== 'recurrent');
  if (between !== undefined) throw refuse(model, `its layer ${nameOf(between)} lies between recurrent layers`);
  const recurrent = rest.slice(0, lastRecurrent + 1) as readonly RecurrentStage[];
  const cells = recurrent.map((stage) => cellsOf(model, stage));
  const behind = rest.slice(lastRecurrent + 1);
  const head = denseOf(behind);
  const embedding: readonly NamedArray[] =
    first.kind === 'embedding'
      ? [{ name: 'embedding', shape: [first.vocabularySize, first.width], data: first.table.slice() }]
      : [];
  const body = shapeOfCells(model, cells);
  const shape: NetworkShape = {
    ...body,
    vocabularySize: first.kind === 'embedding' ? first.vocabularySize : first.width,
    embeddingWidth: first.kind === 'embedding' ? first.width : null,
    outputs: head?.bias.length ?? 0,
    answersEveryStep: recurrent.at(-1)?.returnSequences ?? false,
  };
  const dense: readonly NamedArray[] =
    head === null
      ? []
      : [
          { name: 'dense.kernel', shape: [head.kernel.length / head.bias.length, head.bias.length], data: head.kernel },
          { name: 'dense.bias', shape: [head.bias.length], data: head.bias },
        ];
  const dropped = head === null ? behind.map(nameOf) : [];
  return { shape, weights: [...embedding, ...cells.flatMap(arraysOfLayer), ...dense], dropped };
}

interface Cells {
  readonly forward: CellWeights;
  readonly backward?: CellWeights;
}

function nameOf({ kind, name }: Stage): string {
  return name === '' ? kind : `${name} (${kind})`;
}

/** The layers are one upon the other, of one kind and size. */
function shapeOfCells(
  model: RecurrentModel,
  cells: readonly Cells[],
): Omit<NetworkShape, 'vocabularySize' | 'embeddingWidth' | 'outputs' | 'answersEveryStep'> {
  const [{ forward, backward }] = cells as readonly [Cells, ...Cells[]];
  const isLike = (other: CellWeights): boolean =>
    other.cell === forward.cell &&
    other.units === forward.units &&
    other.activation === forward.activation &&
    (other.resetAfter ?? false) === (forward.resetAfter ?? false);
  const same = cells.every(
    (each) =>
      isLike(each.forward) &&
      (each.backward === undefined || isLike(each.backward)) &&
      (each.backward !== undefined) === (backward !== undefined),
  );
  if (!same) throw refuse(model, 'its recurrent layers differ in kind, size, activation or direction');
  return {
    cell: forward.cell,
    units: forward.units,
    layers: cells.length,
    bidirectional: backward !== undefined,
    activation: forward.activation as ActivationName,
    ...(forward.resetAfter === true ? { resetAfter: true } : {}),
  };
}

function cellsOf(model: RecurrentModel, { name, forward, backward, merge }: RecurrentStage): Cells {
  for (const cell of [forward, backward]) if (cell !== undefined) checkCell(model, name, cell);
  if (forward === undefined) throw refuse(model, `its layer ${name} reads backwards only`);
  if (backward !== undefined && merge !== 'concat')
    throw refuse(model, `its layer ${name} merges its directions otherwise than by concatenation`);
  return { forward, ...(backward === undefined ? {} : { backward }) };
}

function checkCell(model: RecurrentModel, name: string, cell: CellWeights): void {
  const parts: readonly (readonly [string, boolean])[] = [
    ['peepholes', cell.peepholes !== undefined],
    ['a projection', cell.projection !== undefined],
    ['clipping', cell.clip !== undefined],
    ['coupled input and forget gates', cell.inputForget === true],
    ['an initial state of its own', cell.initialH !== undefined || cell.initialC !== undefined],
    [
      'an output activation of its own',
      cell.outputActivation !== undefined && cell.outputActivation !== cell.activation,
    ],
    ['gates that are not sigmoids', hasGates(cell.cell) && cell.recurrentActivation !== 'sigmoid'],
    ['an activation that the lab does not have', !activationNames.some((known) => known === cell.activation)],
  ];
  const found = parts.find(([, isThere]) => isThere);
  if (found !== undefined) throw refuse(model, `its layer ${name} has ${found[0]}`);
}

interface Head {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/**
 * A softmax layer alone behind the recurrent ones; a single sigmoid unit is a softmax of z against 0. Null: the head
 * goes.
 */
function denseOf(behind: readonly Stage[]): Head | null {
  const dense = withActivation(
    behind.filter(({ kind, ...stage }) => !(kind === 'pool' && 'how' in stage && stage.how === 'last')),
  );
  if (dense === null) return null;
  const { outputWidth, kernel, activation } = dense;
  const bias = dense.bias ?? new Float32Array(outputWidth);
  if (activation === 'softmax') return { kernel: kernel.slice(), bias: bias.slice() };
  if (activation !== 'sigmoid' || outputWidth !== 1) return null;
  return {
    kernel: Float32Array.from({ length: 2 * kernel.length }, (_, at) =>
      at % 2 === 1 ? (kernel[(at - 1) / 2] ?? 0) : 0,
    ),
    bias: Float32Array.of(0, bias[0] ?? 0),
  };
}

/** A dense layer, with the activation that follows it as a layer of its own. */
function withActivation([dense, after, ...more]: readonly Stage[]): DenseStage | null {
  if (dense?.kind !== 'dense' || more.length > 0) return null;
  if (after === undefined) return dense;
  return after.kind === 'activation' && dense.activation === 'linear'
    ? { ...dense, activation: after.activation }
    : null;
}

function recurrent({ cell, units, bias, recurrentKernel }: CellWeights, name: string): readonly NamedArray[] {
  if (!hasRecurrentKernel(cell)) return [];
  return [{ name, shape: [units, bias.length], data: recurrentKernel.slice() }];
}

function arraysOfLayer({ forward, backward }: Cells, layer: number): readonly NamedArray[] {
  const ofDirection = (cell: CellWeights, direction: string): readonly NamedArray[] => {
    const columns = cell.bias.length;
    const bias =
      cell.resetAfter === true
        ? { shape: [2, columns], data: joinBiases(cell) }
        : { shape: [columns], data: cell.bias.slice() };
    return [
      { name: `${layer}.${direction}.kernel`, shape: [cell.inputWidth, columns], data: cell.kernel.slice() },
      ...recurrent(cell, `${layer}.${direction}.recurrentKernel`),
      { name: `${layer}.${direction}.bias`, ...bias },
    ];
  };
  return [...ofDirection(forward, 'forward'), ...(backward === undefined ? [] : ofDirection(backward, 'backward'))];
}

/** That of the input, then that inside the reset product, [2, 3 H]. */
function joinBiases({ bias, recurrentBias }: CellWeights): Float32Array {
  const both = new Float32Array(2 * bias.length);
  both.set(bias);
  both.set(recurrentBias ?? new Float32Array(bias.length), bias.length);
  return both;
}

/** The cell of one layer and direction, as the readers of models give it. */
export function cellOfNetwork({ shape, weights }: SourceNetwork, layer: number, direction: string): CellWeights {
  const find = (part: string): Float32Array => {
    const found = weights.find(({ name }) => name === `${layer}.${direction}.${part}`);
    if (found === undefined) throw new Error(`The network has no weight "${layer}.${direction}.${part}".`);
    return found.data;
  };
  const kernel = find('kernel');
  const recurrentKernel = hasRecurrentKernel(shape.cell) ? find('recurrentKernel') : new Float32Array(0);
  const columns = gatesOf(shape.cell).length * shape.units;
  const bias = find('bias');
  return {
    cell: shape.cell,
    inputWidth: kernel.length / columns,
    units: shape.units,
    kernel,
    recurrentKernel,
    bias: bias.slice(0, columns),
    activation: shape.activation,
    recurrentActivation: 'sigmoid',
    ...(shape.resetAfter === true ? { resetAfter: true, recurrentBias: bias.slice(columns) } : {}),
  };
}

/** Whether the network is a language model: its head answers every step with a token of its own vocabulary. */
export function isLanguageModel({ shape }: SourceNetwork): boolean {
  return shape.answersEveryStep && shape.outputs === shape.vocabularySize && directionsOf(shape).length === 1;
}

function refuse({ name }: RecurrentModel, why: string): InspectorError {
  return new InspectorError(
    'model-unsupported',
    `${name} cannot be trained on: ${why}. Choose a model of an embedding or one-hot tokens and recurrent layers of one kind and size.`,
  );
}
