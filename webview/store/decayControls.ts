import { type DecayParams } from '../../src/protocol/requestParams';
import { type CellKind } from '../../src/trace/reading/cellKind';
import { type Initialiser, type InitialisationSettings, settingsKnownTo } from '../../src/trace/reading/decay';

/** What a person sets on the page that compares how gradients decay. */
export interface DecayControls {
  /** The trained models that came with the page. */
  readonly trained: boolean;
  /** The same models with weights drawn anew, beside the trained ones. */
  readonly twins: boolean;
  /** Untrained cells of the size below. */
  readonly cells: readonly CellKind[];
  readonly units: number;
  /** T; 0 reads the whole text. */
  readonly steps: number;
  readonly seeds: number;
  readonly init: Initialiser;
  /** `default`: orthogonal for LSTM and GRU, Glorot for the RNN. */
  readonly recurrentInit: Initialiser | 'default';
  readonly forgetBias: number | 'chrono';
  /** Of the RNN's recurrent matrix; null leaves it as drawn. */
  readonly spectralRadius: number | null;
  /** null: not clipped. */
  readonly clipNorm: number | null;
  readonly equal: 'units' | 'parameters';
}

const noiseSteps = 201;

/** The controls that show what a comparison is computed from. */
export function controlsOf(params: DecayParams): DecayControls {
  const drawn: InitialisationSettings = Object.assign({}, ...(params.cells ?? []), params.twins ?? {});
  return {
    trained: (params.models?.length ?? 0) > 0,
    twins: params.untrainedTwins === true,
    cells: params.cells?.map(({ cell }) => cell) ?? [],
    units: params.cells?.[0]?.units ?? 64,
    steps: params.steps ?? (params.input === undefined ? noiseSteps : 0),
    seeds: params.seeds ?? 5,
    init: drawn.init ?? 'glorot',
    recurrentInit: drawn.recurrentInit ?? 'default',
    forgetBias: drawn.forgetBias ?? 1,
    spectralRadius: drawn.spectralRadius ?? null,
    clipNorm: params.clipNorm ?? null,
    equal: params.equal ?? 'units',
  };
}

/**
 * With no network chosen an untrained RNN and LSTM are, so that there is always a picture, and the boxes say of what.
 */
export function withSomeNetwork(controls: DecayControls, first: DecayParams): DecayControls {
  const hasNone = controls.cells.length === 0 && !(controls.trained && (first.models?.length ?? 0) > 0);
  return hasNone ? { ...controls, cells: ['rnn', 'lstm'] } : controls;
}

/** What to ask for. `first` is what the page came with: its text and models stay. */
export function paramsOf(chosen: DecayControls, first: DecayParams): DecayParams {
  const controls = withSomeNetwork(chosen, first);
  const {
    cells,
    models: _models,
    untrainedTwins: _twins,
    twins: _drawn,
    steps: _steps,
    clipNorm: _clip,
    ...rest
  } = first;
  const models = first.models ?? [];
  const asksModels = controls.trained && models.length > 0;
  const asksTwins = controls.twins && asksModels;
  const settings = initialisationOf(controls);
  return {
    ...rest,
    ...(asksModels ? { models, untrainedTwins: asksTwins, twins: settings } : {}),
    cells: controls.cells.map((cell) => ({
      ...cells?.find((spec) => spec.cell === cell),
      ...settingsKnownTo([cell], settings),
      cell,
      units: controls.units,
    })),
    ...(controls.steps > 0 && { steps: controls.steps }),
    seeds: controls.seeds,
    ...(controls.clipNorm !== null && { clipNorm: controls.clipNorm }),
    equal: controls.equal,
  };
}

function initialisationOf(controls: DecayControls): InitialisationSettings {
  return {
    init: controls.init,
    ...(controls.recurrentInit !== 'default' && { recurrentInit: controls.recurrentInit }),
    forgetBias: controls.forgetBias,
    ...(controls.spectralRadius !== null && { spectralRadius: controls.spectralRadius }),
  };
}
