import { type Result } from '../../../src/base/result';
import { type Hydrate, type ReadingStatus, type ViewToHost } from '../../../src/protocol/viewMessages';
import { type RangeParams } from '../../../src/protocol/requestParams';
import { coarsen } from '../../../src/trace/reading/coarsen';
import { packFrame } from '../../../src/trace/reading/frame';
import { type Field, fieldsOf } from '../../../src/trace/reading/cellKind';
import { packPredictionTrack, type PredictionTrack } from '../../../src/trace/reading/predictionTrack';
import { type LayerTrace, type Trace } from './seededTrace';

/** What a fake host shows and how it behaves; `answers` takes precedence over what it can answer from the trace. */
export interface FakeHostOptions {
  readonly predictions?: PredictionTrack;
  readonly hydrate?: Partial<Hydrate>;
  readonly status?: ReadingStatus;
  readonly answers?: Readonly<Record<string, (params: never) => unknown>>;
  /** Columns a frame. */
  readonly frameColumns?: number;
  readonly task?: 'next-token' | 'classify' | 'regress' | 'states';
}

type Send = (message: unknown) => Promise<void>;

/**
 * Plays the extension host for a view over a computed trace: hydrate, frames one at a time on `ack`, answers to
 * requests.
 */
export class FakeHost {
  readonly received: ViewToHost[] = [];
  private next = 0;
  private sequence = 0;

  constructor(
    readonly trace: Trace,
    private readonly options: FakeHostOptions = {},
  ) {}

  readonly onMessage = (raw: unknown, send: Send): void => {
    const message = raw as ViewToHost;
    this.received.push(message);
    if (message.type === 'ready') void send(this.hydrate()).then(() => this.sendFrame(send));
    if (message.type === 'ack') void this.sendFrame(send);
    if (message.type === 'request') void this.answer(message, send);
  };

  /** Messages of one kind that the view has posted. */
  of<K extends ViewToHost['type']>(type: K): Extract<ViewToHost, { type: K }>[] {
    return this.received.filter((message): message is Extract<ViewToHost, { type: K }> => message.type === type);
  }

  hydrate(): Hydrate {
    const { trace, options } = this;
    return {
      type: 'hydrate',
      inspection: 1,
      source: 'sample.txt',
      text: trace.tokens.map((token) => token.text).join(''),
      borders: [],
      tokens: trace.tokens,
      model: {
        name: trace.modelName,
        format: 'bundled',
        task: options.task ?? 'next-token',
        outputKind: options.task === 'regress' || options.task === 'states' ? 'numbers' : 'probabilities',
        input: 'characters',
        layers: trace.layers.map(({ layer, direction, cell, name, units, outputWidth, inputWidth }) => ({
          layer,
          direction,
          cell,
          name,
          units,
          outputWidth,
          inputWidth,
        })),
        parameters: 0,
        description: '',
        notes: [],
      },
      status: options.status ?? { kind: 'reading', done: 0 },
      stale: null,
      staleMarks: { changed: [], insertedBefore: [] },
      state: null,
      strings: {},
      stored: { ranges: [], hash: '', model: { kind: 'bundled', name: trace.modelName } },
      ...options.hydrate,
    };
  }

  private async sendFrame(send: Send): Promise<void> {
    const { trace, options } = this;
    if (options.status !== undefined && options.status.kind !== 'reading') return;
    const columns = options.frameColumns ?? 300;
    const from = this.next;
    if (from >= trace.steps) return;
    const to = Math.min(trace.steps, from + columns);
    this.next = to;
    const layer = trace.layers[0] as LayerTrace;
    await send({ type: 'status', status: to === trace.steps ? this.complete() : { kind: 'reading', done: to } });
    await send({
      type: 'frame',
      sequence: this.sequence++,
      frame: sliceFrame(layer, { fields: fieldsOf(layer.cell), from, to, stride: 1 }),
    });
  }

  private complete(): ReadingStatus {
    return { kind: 'complete', summary: { steps: this.trace.steps, path: 'plain', computeMs: 1, notes: [] } };
  }

  private async answer(message: Extract<ViewToHost, { type: 'request' }>, send: Send): Promise<void> {
    await send({ type: 'answer', id: message.id, result: this.resultOf(message.kind, message.params) });
  }

  private resultOf(kind: string, params: unknown): Result<unknown> {
    const given = this.options.answers?.[kind];
    if (given !== undefined) return { ok: true, value: given(params as never) };
    if (kind === 'range') {
      const { layer, direction, ...range } = params as RangeParams;
      const found = this.trace.layers.find(
        (candidate) => candidate.layer === layer && candidate.direction === direction,
      );
      if (found !== undefined) return { ok: true, value: sliceFrame(found, { stride: 1, ...range }) };
    }
    if (kind === 'predictions' && this.options.predictions !== undefined)
      return { ok: true, value: packPredictionTrack(this.options.predictions) };
    if (kind === 'unitOrder')
      return { ok: true, value: { order: byActivity(this.trace.layers[(params as RangeParams).layer] as LayerTrace) } };
    return { ok: false, error: { code: 'internal', message: `The fake host does not answer ${kind}.` } };
  }
}

function sliceFrame(
  layer: LayerTrace,
  range: { fields: readonly Field[]; from: number; to: number; stride: number },
): ArrayBuffer {
  const widths = range.fields.map((field) => (field === 'h' ? layer.outputWidth : layer.units));
  const planes = range.fields.map((field, k) => {
    const width = widths[k] ?? 0;
    const values = (layer.fields[field] as Float32Array).subarray(range.from * width, range.to * width);
    return range.stride === 1 ? values : coarsen(values, width, range.stride);
  });
  return packFrame({
    header: {
      layer: layer.layer,
      direction: layer.direction,
      fields: range.fields,
      from: range.from,
      to: range.to,
      widths,
      stride: range.stride,
    },
    planes,
  });
}

/** Units of a layer, those with the largest |h| first: the order that this host gives for any that is asked. */
export function byActivity(layer: LayerTrace): number[] {
  const h = layer.fields.h as Float32Array;
  const activity = Array.from({ length: layer.outputWidth }, (_, unit) => {
    let sum = 0;
    for (let at = unit; at < h.length; at += layer.outputWidth) sum += Math.abs(h[at] ?? 0);
    return sum;
  });
  return activity.map((_, unit) => unit).sort((a, b) => (activity[b] ?? 0) - (activity[a] ?? 0));
}
