import { InspectorError } from '../../base/errors';
import { cellsOf } from '../../network/stageShape';
import { type Disposable } from '../../base/disposable';
import { outputWidthOf } from '../../cells/initialStates';
import { type CellWeights } from '../../cells/cellWeights';
import { outputNotes } from '../../network/outputKind';
import { type RecurrentModel, type RecurrentStage } from '../../network/recurrentModel';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { type Direction } from '../../trace/reading/cellKind';
import { type Token } from '../../trace/reading/token';
import { type ComputePath, type LayerShape, type NumericArray } from '../../trace/reading/trace';
import { DirectionEdits, type EditedDirection } from '../edits/directionEdits';
import { type DirectionPlan, firstDifference } from '../edits/directionPlan';
import { type BlockCache } from './blockCache';
import { type CellRunner, type SequenceState } from './cellRunner';
import { DirectionReading, type DirectionReadingOptions } from './directionReading';
import { type Pace, runPaced } from './pace';
import { type PreparedModel } from './preparedModel';
import { parseReadInput, parseReadInputSlowly, type ReadInput } from './readInput';
import {
  createIdNode,
  createValuesNode,
  findUnchanged,
  nothingUnchanged,
  type SequenceNode,
} from '../../network/sequenceNode';
import { findStepSpans, idsOfSpans, noteOnSpans, type StepSpans, tokensOfSpans, windowInSteps } from './stepSpans';
import { buildStageChain, type StageChain } from './stageChain';
import { padToWindow } from './windowPadding';
import { initialStates } from '../../cells/initialStates';

/** How a model reads an input. */
export interface ReadingOptions {
  readonly limitTokens?: number;
  /** Read as trained, over the saved window, and not with the state carried over the whole text. */
  readonly asTrained?: boolean;
  /** An earlier reading with the same prepared model; what an edit left unchanged is taken over from it. */
  readonly previous?: Reading;
  /** What is changed while reading, in numbers; see engine/edits/openEdited.ts. */
  readonly plans?: readonly DirectionPlan[];
}

/** Hears of text steps [from, to) of a direction that have been computed. */
export type BlockListener = (direction: DirectionReading, from: number, to: number) => void;

/** One model reading one input: everything that can be asked about it, computed block by block. */
export class Reading implements Disposable {
  readonly model: RecurrentModel;
  /** One for each step: what the input was split into, or what each step covers of it. */
  readonly tokens: readonly Token[];
  readonly input: ReadInput;
  /** Which of the input's tokens each step covers, where it is not one. */
  readonly spans: StepSpans | null;
  /** Token ids by step, where the model reads tokens and what follows each step is known. */
  readonly ids: Int32Array | undefined;
  readonly notes: readonly string[];
  readonly chain: StageChain;
  /** The stages that are read: all of the model's, or one layer alone. */
  readonly stages: RecurrentModel['stages'];
  private readonly plans: readonly DirectionPlan[];

  constructor(
    readonly prepared: PreparedModel,
    raw: InputSpec | ReadInput,
    private readonly cache: BlockCache,
    options: ReadingOptions = {},
  ) {
    this.model = prepared.model;
    const given = 'tokens' in raw ? raw : parseReadInput(this.model.input, raw, options.limitTokens);
    this.plans = options.plans ?? [];
    const asTrained = options.asTrained === true && this.model.window !== undefined;
    this.input = asTrained ? padToWindow(this.model, given) : given;
    const alone = chooseLayerAlone(this.model, this.input);
    this.stages = alone ? [alone.stage] : this.model.stages;
    const T = this.input.tokens.length;
    this.spans = findStepSpans(this.stages, T);
    this.tokens = this.spans === null ? this.input.tokens : tokensOfSpans(this.spans, this.input);
    this.ids = this.spans === null || !this.input.ids ? this.input.ids : idsOfSpans(this.spans, this.input.ids);
    const resets = asTrained ? windowInSteps(this.stages, this.model.window as number, T) : null;
    this.chain = this.buildChain(alone?.layer ?? 0, resets ?? undefined, options.previous);
    this.notes = [
      ...this.model.notes,
      ...this.input.notes,
      ...this.chain.notes,
      ...(this.spans === null ? [] : [noteOnSpans(this.stages, this.spans, T)]),
      ...(asTrained && resets === null ? [unalignedNote] : windowNotes(this.model, options.asTrained === true, T)),
      ...(alone ? [alone.note] : outputNotes(this.model, this.chain.output?.width ?? 0)),
    ];
    if (options.previous) this.takeOver(options.previous);
  }

  /** The same where the input may be long: it is split into tokens in slices. */
  static async open(
    prepared: PreparedModel,
    raw: InputSpec,
    cache: BlockCache,
    { pace, ...options }: ReadingOptions & { readonly pace: Pace },
  ): Promise<Reading> {
    const input = await runPaced(parseReadInputSlowly(prepared.model.input, raw, options.limitTokens), pace);
    return new Reading(prepared, input, cache, options);
  }

  /** T */
  get steps(): number {
    return this.tokens.length;
  }

  /** Every recurrent layer's directions, in order. */
  get directions(): readonly DirectionReading[] {
    return this.chain.directions;
  }

  /** The slowest path that any layer took. */
  get path(): ComputePath {
    const paths = this.directions.map(({ runner, edits }) =>
      edits?.paths.has('reference') === true ? 'plain' : runner.path,
    );
    return (['plain', 'simd', 'relaxed-simd'] as const).find((path) => paths.includes(path)) ?? 'plain';
  }

  /** One layer's direction; throws `out-of-range` where there is none. */
  direction(layer: number, direction: Direction): DirectionReading {
    const found = this.directions.find(({ shape }) => shape.layer === layer && shape.direction === direction);
    if (!found)
      throw new InspectorError('out-of-range', `The model has no recurrent layer ${layer} that reads ${direction}.`);
    return found;
  }

  /** Computes everything, block by block; `onBlock` hears of the text steps [from, to) of a direction that are new. */
  async compute(pace: Pace, onBlock: BlockListener = () => undefined): Promise<void> {
    const total = this.directions.reduce((sum, { steps }) => sum + steps, 0);
    const reported = new Map<DirectionReading, number>();
    const report = (direction: DirectionReading): void => {
      const before = reported.get(direction) ?? 0;
      const { done, steps } = direction;
      reported.set(direction, done);
      if (done > before)
        onBlock(
          direction,
          ...(direction.direction === 'forward'
            ? ([before, done] as const)
            : ([steps - done, steps - before] as const)),
        );
    };
    for (const group of lockstepGroups(this.directions)) {
      group.forEach(report);
      for (let next = leastDone(group); next; next = leastDone(group)) {
        if (next.advance()) report(next);
        await pace.breathe(this.doneSteps, total);
      }
    }
  }

  /**
   * Computes what text steps [from, to) of a direction need and is not there yet: after a cancelled reading, or in its
   * course.
   */
  async prepare(direction: DirectionReading, [from, to]: readonly [number, number], pace: Pace): Promise<void> {
    const needed = direction.direction === 'forward' ? to : direction.steps - from;
    const index = this.directions.indexOf(direction);
    for (const [k, other] of this.directions.slice(0, index + 1).entries()) {
      const isStraight = this.directions
        .slice(k, index + 1)
        .every((each) => each.direction === 'forward' && each.steps === direction.steps);
      const isSibling = other.shape.layer === direction.shape.layer;
      if (isSibling && other !== direction) continue;
      while (other.done < (isStraight || other === direction ? Math.min(needed, other.steps) : other.steps)) {
        other.advance();
        await pace.breathe();
      }
    }
  }

  private get doneSteps(): number {
    return this.directions.reduce((sum, { done }) => sum + done, 0);
  }

  /** What the saved model's predict gives for the whole input, batch removed: [outputs], or [T, outputs]. */
  output(): NumericArray | undefined {
    const { output } = this.chain;
    if (!output) return undefined;
    const data = output.rows(0, output.steps);
    return {
      data,
      shape: output.steps === 1 && output !== this.chain.overTime ? [output.width] : [output.steps, output.width],
    };
  }

  dispose(): void {
    for (const direction of this.directions) direction.release();
  }

  private buildChain(firstLayer: number, window: number | undefined, previous: Reading | undefined): StageChain {
    let layer = firstLayer;
    const createDirections = (stage: RecurrentStage, input: SequenceNode): DirectionReading[] => {
      const made = cellsOf(stage).map(([direction, weights]) => {
        checkWidth(stage, weights, input);
        const table = input.tokens?.table;
        const runner = this.prepared.runnerFor(weights, table);
        const shape = shapeOf(stage, layer, { direction, weights });
        return new DirectionReading({
          shape,
          runner,
          input,
          cache: this.cache,
          initial: initialStateOf(runner),
          ...(window !== undefined && { window }),
          ...this.editsOf(shape, { runner, table, steps: input.steps }, previous),
        });
      });
      layer++;
      return made;
    };
    const { ids } = this.input;
    return buildStageChain({
      stages: this.stages,
      start: startNode(this.input, previous?.input),
      ...(ids && { ids }),
      createDirections,
    });
  }

  private editsOf(
    { layer, direction }: LayerShape,
    edited: Pick<EditedDirection, 'runner' | 'table' | 'steps'>,
    previous: Reading | undefined,
  ): Pick<DirectionReadingOptions, 'edits' | 'editsUnchanged'> {
    const find = ({ plans }: Reading): DirectionPlan | undefined =>
      plans.find((plan) => plan.layer === layer && plan.direction === direction);
    const plan = find(this);
    const before = previous && find(previous);
    const { createRunner } = this.prepared;
    return {
      ...(plan && { edits: new DirectionEdits(plan, { ...edited, createRunner }) }),
      editsUnchanged: firstDifference(before, plan, edited.steps),
    };
  }

  private takeOver(previous: Reading): void {
    if (previous.prepared !== this.prepared || previous.directions.length !== this.directions.length) return;
    this.directions.forEach((direction, k) => direction.takeOver(previous.directions[k] as DirectionReading));
  }
}

/** Name and size of a stage's cell. */
export function shapeOf(
  stage: RecurrentStage,
  layer: number,
  { direction, weights }: { readonly direction: Direction; readonly weights: CellWeights },
): LayerShape {
  const { cell, units, inputWidth } = weights;
  return { layer, direction, cell, name: stage.name, units, outputWidth: outputWidthOf(weights), inputWidth };
}

function startNode(input: ReadInput, before: ReadInput | undefined): SequenceNode {
  if (input.ids) return createIdNode(input.ids, before?.ids ? findUnchanged(before.ids, input.ids) : nothingUnchanged);
  const { data, width } = input.values as NonNullable<ReadInput['values']>;
  return createValuesNode(
    data,
    width,
    before?.values?.width === width ? findUnchanged(before.values.data, data, width) : nothingUnchanged,
  );
}

function initialStateOf({ weights }: CellRunner): SequenceState {
  return initialStates(weights);
}

function checkWidth(stage: RecurrentStage, weights: CellWeights, input: SequenceNode): void {
  if (input.width === weights.inputWidth) return;
  throw new InspectorError(
    'unknown-input',
    `Layer ${stage.name} takes ${weights.inputWidth} numbers a step, the input has ${input.width}.`,
  );
}

interface LayerAlone {
  readonly stage: RecurrentStage;
  readonly layer: number;
  readonly note: string;
}

/** A layer is read alone where numbers are given that do not enter at the model's beginning. */
function chooseLayerAlone(model: RecurrentModel, { values }: ReadInput): LayerAlone | null {
  const layers = model.stages.filter((stage) => stage.kind === 'recurrent');
  if (layers.length === 0)
    throw new InspectorError('model-unsupported', 'The model has no recurrent layer that can be read.');
  if (!values || entersAtBeginning(model, values.width)) {
    checkReachable(model);
    return null;
  }
  const layer = layers.findIndex((stage) => cellsOf(stage)[0]?.[1].inputWidth === values.width);
  const stage = layers[layer];
  if (!stage) {
    const widths = layers.map((each) => `${each.name} takes ${cellsOf(each)[0]?.[1].inputWidth}`).join(', ');
    const aside = (model.parts ?? [])
      .flatMap(({ stages }) => stages)
      .find((each) => each.kind === 'recurrent' && cellsOf(each)[0]?.[1].inputWidth === values.width);
    const hint =
      aside === undefined ? '' : ` "${aside.name}", which stands aside, does: choose it (--layer ${aside.name}).`;
    throw new InspectorError('unknown-input', `No layer takes rows of ${values.width} numbers: ${widths}.${hint}`);
  }
  return { stage, layer, note: `Layer ${stage.name} is read alone, with the numbers given as its input.` };
}

function entersAtBeginning(model: RecurrentModel, width: number): boolean {
  if (model.input.kind !== 'values') return false;
  return model.input.width === width && !isBlocked(model);
}

/** Whether a stage that is not understood stands before the first recurrent layer. */
function isBlocked({ stages }: RecurrentModel): boolean {
  const unsupported = stages.findIndex(({ kind }) => kind === 'unsupported');
  return unsupported >= 0 && unsupported < stages.findIndex(({ kind }) => kind === 'recurrent');
}

function checkReachable(model: RecurrentModel): void {
  if (!isBlocked(model)) return;
  const why = model.stages.find((stage) => stage.kind === 'unsupported');
  throw new InspectorError(
    'model-unsupported',
    `${why?.name ?? 'A layer'} before the first recurrent layer is not understood (${why?.why ?? ''}); its recurrent layers can be read alone, with rows of numbers (--values).`,
  );
}

const unalignedNote =
  'Convolution and pooling in front do not end where the saved windows do, so the state is carried over the whole text; give one window of it to read it as trained.';

function windowNotes({ window, paddingSide }: RecurrentModel, asTrained: boolean, steps: number): readonly string[] {
  if (window === undefined)
    return asTrained
      ? [
          'There is no window to read over: neither the file nor "window" in the .inspector.json says how many steps it has.',
        ]
      : [];
  const rest = steps % window;
  if (asTrained && rest > 0)
    return [
      `The state is set back every ${window} steps, counted from the end of the text; ${rest} ${rest === 1 ? 'step is' : 'steps are'} left that nothing fills, since nothing says where short texts were filled ("paddingSide": "left" or "right" in the .inspector.json).`,
    ];
  if (asTrained)
    return [`Read as trained: the state is set back every ${window} steps, counted from the end of the text.`];
  if (steps < window && paddingSide !== undefined)
    return [
      `The model was trained on texts filled up to ${window} steps; this one is read as it is (--window fills it up).`,
    ];
  return steps > window
    ? [
        `The model was saved with a window of ${window} steps; the state is carried over the whole text (--window reads it as trained).`,
      ]
    : [];
}

/** Forward layers that follow each other advance together, so that a layer finds the steps below it still kept. */
function lockstepGroups(directions: readonly DirectionReading[]): readonly (readonly DirectionReading[])[] {
  const groups: DirectionReading[][] = [];
  for (const direction of directions) {
    const group = groups.at(-1);
    const canJoin =
      group?.every((other) => other.direction === 'forward') &&
      direction.direction === 'forward' &&
      group[0]?.steps === direction.steps;
    if (group && canJoin) group.push(direction);
    else groups.push([direction]);
  }
  return groups;
}

function leastDone(group: readonly DirectionReading[]): DirectionReading | undefined {
  const open = group.filter(({ done, steps }) => done < steps);
  return open.reduce<DirectionReading | undefined>(
    (least, next) => (!least || next.done < least.done ? next : least),
    undefined,
  );
}
