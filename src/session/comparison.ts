import { type Disposable } from '../base/disposable';
import { type DecayToHost, type HostToDecay, type HydrateDecay } from '../protocol/decayMessages';
import { type DecayParams } from '../protocol/requestParams';
import { type DecayComparison } from '../trace/reading/decay';
import { type EngineClient } from './engineClient';
import { type Subject, storedSourceOf } from './subject';
import { ViewConnection } from './viewConnection';

/** A comparison that was computed, and what from. */
interface Computed {
  /** The parameters as JSON. */
  readonly asked: string;
  readonly value: DecayComparison;
}

/** What a comparison is handed at its start. */
export interface ComparisonStart {
  readonly engine: EngineClient;
  readonly subject: Subject;
  readonly params: DecayParams;
  readonly strings: Readonly<Record<string, string>>;
  readonly stale?: HydrateDecay['stale'];
}

/** What the page asks of VS Code, not of the comparison. */
export type ComparisonSurfaceMessage = Extract<DecayToHost, { readonly type: 'copy' | 'save' | 'showLog' | 'broken' }>;

const pageModel = { kind: 'bundled', name: 'prose-lstm' } as const;

/** One page that compares how gradients decay: it asks the worker itself, with each change of its controls. */
export class Comparison implements Disposable {
  private params: DecayParams;
  private curves: HydrateDecay['curves'] = 'h';
  private computed: Computed | null = null;
  private readonly view: ViewConnection<HostToDecay>;

  constructor(private readonly start: ComparisonStart) {
    this.params = start.params;
    this.view = new ViewConnection('decay', async (kind, params, { signal, id }) => {
      const answer = await start.engine.request(kind, params as never, {
        signal,
        onProgress: (done, total, message) =>
          this.view.post({ type: 'progress', id, done, total, ...(message === undefined ? {} : { message }) }),
      });
      if (answer.ok && kind === 'decay')
        this.computed = { asked: JSON.stringify(params), value: answer.value as DecayComparison };
      return answer;
    });
  }

  /** The document's name. */
  get title(): string {
    return this.start.subject.title;
  }

  /** Where messages to the page go from now on. */
  connect(post: (message: HostToDecay) => void): void {
    this.view.connect(post);
  }

  /** What the page says. What is not the comparison's to do is given back. */
  receive(message: DecayToHost): ComparisonSurfaceMessage | null {
    switch (message.type) {
      case 'ready':
        this.view.open(this.hydrate());
        return null;
      case 'request':
      case 'cancelRequest':
        this.view.receive(message);
        return null;
      case 'decayState':
        this.params = message.params;
        this.curves = message.curves;
        return null;
      case 'copy':
      case 'save':
      case 'showLog':
      case 'broken':
        return message;
    }
  }

  /** The page is hidden: what it asked for is stopped. */
  hideView(): void {
    this.view.hide();
  }

  dispose(): void {
    this.view.dispose();
  }

  private hydrate(): HydrateDecay {
    const { subject, strings, stale } = this.start;
    return {
      type: 'hydrateDecay',
      source: subject.title,
      text: subject.text,
      params: this.params,
      curves: this.curves,
      comparison: this.computed?.asked === JSON.stringify(this.params) ? this.computed.value : null,
      stale: stale ?? null,
      strings,
      stored: storedSourceOf(subject, pageModel),
    };
  }
}

/** Kinds with a bundled model of the same size and data. */
const trained = { rnn: 'prose-rnn', gru: 'prose-gru', lstm: 'prose-lstm' } as const;
const cells = Object.keys(trained) as readonly (keyof typeof trained)[];

/**
 * The first comparison on a text: the trained RNN, GRU and LSTM that are bundled, with the same text, loss and size; an
 * untrained cell stands for one that is not `bundled`. Without a text the untrained cells read noise.
 */
export function firstComparison(text: string, bundled: readonly string[] = Object.values(trained)): DecayParams {
  const common = { seeds: 5, loss: { at: 'last' }, equal: 'units' } as const;
  if (text === '') return { ...common, cells: cells.map((cell) => ({ cell, units: 64 })), inputs: 32, steps: 201 };
  const models = cells
    .filter((cell) => bundled.includes(trained[cell]))
    .map((cell) => ({ kind: 'bundled', name: trained[cell] }) as const);
  const missing = cells.filter((cell) => !bundled.includes(trained[cell])).map((cell) => ({ cell, units: 128 }));
  return {
    ...common,
    models,
    untrainedTwins: false,
    input: { kind: 'text', text },
    ...(missing.length > 0 ? { cells: missing } : {}),
  };
}
