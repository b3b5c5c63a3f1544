import { InspectorError } from '../../base/errors';
import { type InspectorSettings } from '../../models/inspectorSettings';
import { type TransferEvent, type TransferResult, type TransferWay } from '../../trace/transferEvents';
import { predictExamples } from '../training/classifyProblem';
import { type Corpus, type EncodedExample } from '../training/corpus';
import { type LabSettings } from '../training/labSettings';
import { Network } from '../training/network';
import { initializeNetwork, type NamedArray, shapeOf } from '../training/networkShape';
import { createProblem } from '../training/runTraining';
import { train, type TrainingHost, type TrainingOutcome } from '../training/trainer';
import { type WeightPlan } from '../training/weightUpdate';
import { type SourceNetwork } from './sourceNetwork';
import { drawLabelled } from './targetCorpus';
import { type TransferSettings } from './transferSettings';
import { layersFromTop, withNewHead } from './transferWeights';

/** What surrounds the runs of a transfer. */
export interface TransferHost extends Pick<TrainingHost, 'signal' | 'now' | 'breathe'> {
  tell(event: TransferEvent): void;
}

/** One transfer: a source, a target with its labels, a seed. */
export interface TransferRun {
  readonly settings: LabSettings;
  readonly transfer: TransferSettings;
  readonly source: SourceNetwork;
  readonly sourceInspector: InspectorSettings;
  readonly corpus: Corpus;
  /** Rows to add to the source's embedding. */
  readonly added: number;
  /** Labelled training examples to use; Infinity: all. */
  readonly labels: number;
  readonly seed: number;
}

/** A network that a run ended with. */
export interface TransferredModel {
  readonly way: TransferWay;
  readonly network: SourceNetwork;
  readonly outcome: TrainingOutcome;
}

interface Phase {
  readonly way: TransferWay;
  readonly network: SourceNetwork;
  readonly examples: readonly EncodedExample[];
  readonly epochs: number;
  readonly rate?: number;
  readonly plan?: (name: string) => WeightPlan;
  readonly trained: readonly string[];
}

/** The runs of one size and seed; {@link TransferRun} says of what. */
export class Transfer {
  private readonly labelled: readonly EncodedExample[];

  constructor(
    private readonly run: TransferRun,
    private readonly host: TransferHost,
  ) {
    this.labelled = drawLabelled(examplesOf(run.corpus).training, run.labels, run.seed);
  }

  /** The source as it is, on the target's test part; null where it has other labels. */
  async judgeSource(): Promise<TransferResult | null> {
    const relabel = this.sourceLabels();
    if (relabel === null) return null;
    const network = this.withSourceHead();
    const startedAt = this.host.now();
    const figures = await this.evaluate(network);
    return this.tell({ way: 'source', labels: 0, ...figures, seconds: (this.host.now() - startedAt) / 1000 });
  }

  /** Transductive: the source labels the target's training texts; it learns from those it is sure of. */
  async adaptByOwnLabels(): Promise<TransferResult | null> {
    const { pseudoLabels } = this.run.transfer;
    if (pseudoLabels === undefined || this.sourceLabels() === null) return null;
    const source = this.withSourceHead();
    const examples = await this.labelBySource(source, pseudoLabels.confidence);
    if (examples.length === 0) return null;
    const model = await this.train({ way: 'pseudo-labels', network: source, examples, epochs: pseudoLabels.epochs, trained: ['all'] });
    return this.tellModel(model, 0);
  }

  /** Inductive: a new head on frozen layers, then fine-tuning; gives the last model. */
  async transfer(): Promise<TransferredModel> {
    const { settings, transfer, source, added, corpus } = this.run;
    const outputs = corpus.inspector.labels?.length ?? 0;
    const fresh = withNewHead(source, { outputs, added, settings: this.seeded(settings) });
    const frozen = (name: string): WeightPlan => {
      if (name === 'embedding' && transfer.freeze.includes('embedding')) return added > 0 ? { rateScale: 1, frozenValues: lengthOf(source, name) } : { rateScale: 0 };
      return { rateScale: /^\d/.test(name) && transfer.freeze.includes('recurrent') ? 0 : 1 };
    };
    const trained = ['head', ...(['embedding', 'recurrent'] as const).filter((part) => !transfer.freeze.includes(part)), ...(added > 0 ? ['new words'] : [])];
    const head = await this.train({ way: 'new head', network: fresh, examples: this.labelled, epochs: settings.hyperparameters.epochs, plan: frozen, trained });
    this.tellModel(head, this.labelled.length);
    const tuned = await this.fineTune(head);
    if (tuned !== head) this.tellModel(tuned, this.labelled.length);
    return tuned;
  }

  /** The same network from scratch, at the best of the baseline's rates on validation. */
  async trainFromScratch(ownCorpus: Corpus): Promise<TransferResult | null> {
    const { settings, transfer } = this.run;
    if (transfer.baseline === undefined) return null;
    const own = this.seeded(settings);
    const shape = shapeOf(own, ownCorpus.inspector.vocabulary.length, ownCorpus.inspector.labels?.length ?? 0);
    const examples = drawLabelled(examplesOf(ownCorpus).training, this.run.labels, this.run.seed);
    let best: { readonly model: TransferredModel; readonly rate: number } | null = null;
    for (const rate of transfer.baseline.learning_rates) {
      const network = { shape, weights: initializeNetwork(shape, own) };
      const model = await this.train({ way: 'scratch', network, examples, epochs: transfer.baseline.epochs, rate, trained: ['all'] }, ownCorpus);
      if (best === null || model.outcome.best.validation.loss < best.model.outcome.best.validation.loss) best = { model, rate };
    }
    return best === null ? null : this.tellModel(best.model, examples.length, best.rate);
  }

  /** Unfreezes from the top, a layer a phase, each layer further down at a lower rate (Howard and Ruder 2018). */
  private async fineTune(head: TransferredModel): Promise<TransferredModel> {
    const { fineTune } = this.run.transfer;
    if (fineTune === undefined) return head;
    const layers = layersFromTop(head.network.shape);
    const depths = fineTune.gradual ? layers.map((_, k) => k + 1).slice(1) : [layers.length];
    let model = head;
    for (const depth of depths) {
      const plan = (name: string): WeightPlan => {
        const level = layers.findIndex((prefix) => name.startsWith(prefix));
        return { rateScale: level < depth ? fineTune.rateFall ** -level : 0 };
      };
      const trained = layers.slice(0, depth);
      model = await this.train({ way: 'fine-tuned', network: model.network, examples: this.labelled, epochs: fineTune.epochs / depths.length, rate: fineTune.learning_rate, plan, trained });
    }
    return model;
  }

  private async train(phase: Phase, corpus = this.run.corpus): Promise<TransferredModel> {
    const { way, network, examples, epochs, rate, plan, trained } = phase;
    const { settings, seed } = this.run;
    if (this.host.signal.aborted) throw new InspectorError('cancelled', 'Cancelled.');
    this.host.tell({ type: 'phase', way, labels: examples.length, seed, trained, epochs });
    const own = this.seeded(settings);
    const hyperparameters = { ...own.hyperparameters, epochs, ...(rate === undefined ? {} : { learning_rate: rate }) };
    const problem = createProblem({ ...own, hyperparameters }, { ...corpus, examples: { ...examplesOf(corpus), training: examples } });
    const start = {
      settings: { ...own, hyperparameters },
      settingsKey: '',
      shape: network.shape,
      weights: network.weights,
      steps: Math.max(1, Math.round(epochs * problem.stepsPerEpoch)),
      ...(plan === undefined ? {} : { plan }),
    };
    const outcome = await train(start, problem, { ...this.host, tell: () => undefined });
    if (outcome.why === 'stopped') throw new InspectorError('cancelled', 'Cancelled.');
    return { way, network: { shape: network.shape, weights: outcome.weights }, outcome };
  }

  private seeded(settings: LabSettings): LabSettings {
    return { ...settings, seed: settings.seed + 1000 * this.run.seed };
  }

  /** The source network on the target's ids: its embedding has rows for the added words, and its head stays. */
  private withSourceHead(): SourceNetwork {
    const { source, added, settings } = this.run;
    const grown = withNewHead(source, { outputs: source.shape.outputs, added, settings });
    const order = this.sourceLabels() ?? [];
    const weights = grown.weights.map((array) => (array.name.startsWith('dense.') ? pickColumns(source.weights, array.name, order) : array));
    return { shape: { ...grown.shape, outputs: order.length }, weights };
  }

  /** For each label of the target the index of the source's label, or null where one has none. */
  private sourceLabels(): readonly number[] | null {
    const { transfer, corpus, sourceInspector } = this.run;
    const indices = (corpus.inspector.labels ?? []).map((label) => sourceInspector.labels?.indexOf(transfer.sourceLabels?.[label] ?? label) ?? -1);
    return indices.every((index) => index >= 0) ? indices : null;
  }

  private async labelBySource({ shape, weights }: SourceNetwork, confidence: number): Promise<readonly EncodedExample[]> {
    const { training } = examplesOf(this.run.corpus);
    const network = new Network(shape, weights);
    try {
      const probabilities = await predictExamples(network, training, () => this.host.breathe());
      return training.flatMap((example, k) => {
        const row = probabilities[k] ?? new Float32Array();
        const most = Math.max(...row);
        return most >= confidence ? [{ ...example, label: row.indexOf(most) }] : [];
      });
    } finally {
      network.dispose();
    }
  }

  private async evaluate({ shape, weights }: SourceNetwork): Promise<Pick<TransferResult, 'validation' | 'test'>> {
    const problem = createProblem(this.run.settings, this.run.corpus);
    const network = new Network(shape, weights);
    try {
      const judge = async (part: 'validation' | 'test') => figuresOf(await problem.evaluate(network, part, () => this.host.breathe()));
      return { validation: await judge('validation'), test: await judge('test') };
    } finally {
      network.dispose();
    }
  }

  private tellModel({ way, outcome }: TransferredModel, labels: number, learningRate?: number): TransferResult {
    const { best, test, seconds } = outcome;
    return this.tell({ way, labels, validation: best.validation, test: figuresOf(test), seconds, ...(learningRate === undefined ? {} : { learningRate }) });
  }

  private tell(result: Omit<TransferResult, 'seed'>): TransferResult {
    const whole = { ...result, seed: this.run.seed };
    this.host.tell({ type: 'transfer-result', ...whole });
    return whole;
  }
}

function examplesOf({ examples }: Corpus): NonNullable<Corpus['examples']> {
  if (examples === undefined) throw new InspectorError('settings-invalid', 'A transfer needs a lab file with "task": "classify".');
  return examples;
}

function figuresOf({ loss, accuracy, count }: TransferResult['test']): TransferResult['test'] {
  return { loss, accuracy, count };
}

function lengthOf({ weights }: SourceNetwork, name: string): number {
  return weights.find((array) => array.name === name)?.data.length ?? 0;
}

/** Some columns of the head, in another order. */
function pickColumns(weights: readonly NamedArray[], name: string, columns: readonly number[]): NamedArray {
  const array = weights.find((each) => each.name === name);
  const width = array?.shape.at(-1) ?? 0;
  const rows = (array?.data.length ?? 0) / width;
  const data = Float32Array.from({ length: rows * columns.length }, (_, at) => array?.data[Math.floor(at / columns.length) * width + (columns[at % columns.length] ?? 0)] ?? 0);
  return { name, shape: name === 'dense.bias' ? [columns.length] : [rows, columns.length], data };
}
