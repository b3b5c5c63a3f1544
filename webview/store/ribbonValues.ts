import { type Field } from '../../src/trace/reading/cellKind';
import { type LayerShape } from '../../src/trace/reading/trace';
import { type InspectorState, shownLayer, shownStep } from './inspectorState';
import { predictionsAt } from './predictionsAt';
import { rangeOfOutputs, showsProbabilities } from './shownOutput';
import { sharesByStep } from './whyState';
import { type TraceBlocks } from './traceBlocks';

/** What colours the tokens: a number a step, and the field whose scale it is shown on (`null`: from 0 to `largest`). */
export interface RibbonSource {
  readonly field: Field | null;
  /** Of a source without field: from -largest, not from 0. */
  readonly isSigned?: boolean;
  readonly largest: number;
  /** 95 % of the field's values lie within. */
  readonly usual: number;
  readonly valueAt: (step: number) => number;
}

/**
 * What colours the ribbon: as chosen, else surprise for a model that predicts tokens, how the answer moves for a
 * classifier.
 */
export function shownRibbon({ view, model, effect }: InspectorState): string {
  if (view.ribbon !== 'auto') return view.ribbon;
  if (effect?.kind === 'tokens') return 'change';
  return model?.task === 'next-token'
    ? 'surprise'
    : model?.task === 'classify' && showsProbabilities(model)
      ? 'answer'
      : 'h';
}

/**
 * Reads `ViewState.ribbon`: `change`, `surprise`, `answer`, a field (its mean over units, or |.| for states), or
 * `FIELD:UNIT`.
 */
export function ribbonSource(state: InspectorState, blocks: TraceBlocks): RibbonSource {
  const shape = shownLayer(state);
  const ribbon = shownRibbon(state);
  if (ribbon === 'none' || shape === undefined) return { field: null, largest: 1, usual: 1, valueAt: () => NaN };
  if (ribbon === 'change') return changeSource(state);
  if (ribbon === 'surprise') return surpriseSource(state);
  if (ribbon === 'answer') return answerSource(state);
  if (ribbon === 'connectivity') return connectivitySource(state);
  if (ribbon === 'share') return shareSource(state);
  const [field, unit] = ribbon.split(':');
  return fieldSource(
    shape,
    blocks,
    field as Field,
    unit === undefined ? null : unit === 'chosen' ? (state.view.unit ?? null) : Number(unit),
  );
}

/** By how much the edits move the prediction, in nats (KL); up to 1 nat, or to the largest where that is more. */
function changeSource({ effect }: InspectorState): RibbonSource {
  const divergence = effect?.kind === 'tokens' ? effect.divergence : new Float32Array(0);
  const largest = divergence.reduce((most, value) => Math.max(most, value), 1);
  return { field: null, largest, usual: largest, valueAt: (step) => divergence[step] ?? NaN };
}

function surpriseSource(state: InspectorState): RibbonSource {
  const surprise = state.predictions?.surprise;
  return { field: null, largest: 8, usual: 8, valueAt: (step) => surprise?.[step] ?? NaN };
}

/**
 * By how much each token moves the probability of the final answer, in [-1, 1]; the first token has nothing to move.
 */
function answerSource({ predictions, model }: InspectorState): RibbonSource {
  const last = predictions === null ? undefined : predictionsAt(predictions, predictions.steps - 1)[0];
  const probabilityAt = (step: number): number =>
    predictions === null
      ? NaN
      : (predictionsAt(predictions, step).find(({ index }) => index === last?.index)?.probability ?? NaN);
  const range = predictions === null ? { low: 0, high: 1 } : rangeOfOutputs(model, predictions);
  const largest = (range.high - range.low) / 2;
  return {
    field: null,
    isSigned: true,
    largest,
    usual: largest,
    valueAt: (step) => (step === 0 ? NaN : probabilityAt(step) - probabilityAt(step - 1)),
  };
}

/**
 * Each token's share of the largest sensitivity of the output at the step in sight: a scale per token (after Madsen
 * 2019).
 */
function connectivitySource(state: InspectorState): RibbonSource {
  const row = state.gradient.connectivity.get(shownStep(state) ?? -1);
  return {
    field: null,
    largest: 1,
    usual: 1,
    valueAt: (step) => (row === undefined ? NaN : 10 ** ((row.log10[step] ?? NaN) - row.maximum)),
  };
}

/** Signed shares of the tokens in the answer; sizes without a sign where the method gives those. */
function shareSource({ why, tokens }: InspectorState): RibbonSource {
  const shares = sharesByStep(why, tokens.length);
  const largest = shares.reduce((most, share) => Math.max(most, Math.abs(share) || 0), 0) || 1;
  return {
    field: null,
    isSigned: why.shown?.report.methods[0]?.method !== 'sensitivity',
    largest,
    usual: largest,
    valueAt: (step) => shares[step] ?? NaN,
  };
}

function fieldSource(shape: LayerShape, blocks: TraceBlocks, field: Field, unit: number | null): RibbonSource {
  const means = new Map<number, number>();
  return {
    field,
    largest: blocks.largestOf(shape, field),
    usual: blocks.quantileOf(shape, field, 0.95),
    valueAt: (step) => {
      const column = blocks.column(shape, field, step);
      if (column === undefined) return NaN;
      if (unit !== null) return column[unit] ?? NaN;
      const known = means.get(step);
      if (known !== undefined) return known;
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      means.set(step, mean);
      return mean;
    },
  };
}
