import { isCount, isFields, isListOf, isNumber, isText, optional, type Check } from './checkFields';
import { isFigures } from './isTrainingEvent';
import { type TransferEvent } from './transferEvents';

/** Whether a value read from a file is an event that a transfer keeps: what shows it relies on every field. */
export function isTransferEvent(value: unknown): value is TransferEvent {
  const type = (value as { readonly type?: unknown } | null)?.type;
  const check = typeof type === 'string' && Object.hasOwn(kept, type) ? kept[type] : undefined;
  return check?.(value) === true;
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isDirection = (value: unknown): boolean => value === 'forward' || value === 'backward';
const isNumbers = isListOf(isNumber);

const isPlan = isFields({
  name: isText,
  kind: isText,
  width: isCount,
  isNew: isFlag,
  weights: isNumber,
  frozen: isNumber,
  rate: isNumber,
});

const isMeeting = isFields(
  Object.fromEntries(
    ['source', 'target', 'shared', 'added', 'keptShare', 'addedShare', 'unknownShare'].map((name) => [name, isNumber]),
  ),
);

const isRow = isFields({
  way: isText,
  labels: isNumber,
  seeds: isCount,
  mean: isNumber,
  deviation: isNumber,
  each: isNumbers,
  loss: isNumber,
  wins: optional(isNumber),
});

const isMovement = isFields({
  layer: isCount,
  direction: isDirection,
  gate: isText,
  relative: isNumber,
  perUnit: isNumbers,
  activation: optional(isFields({ before: isNumbers, after: isNumbers, changed: isNumbers })),
});

const isSentence = isFields({
  text: isText,
  tokens: isListOf(isFields({ text: isText, start: isCount, end: isCount })),
  layers: isListOf(
    isFields({
      layer: isCount,
      direction: isDirection,
      cell: isText,
      units: isCount,
      fields: (value) => typeof value === 'object' && value !== null && Object.values(value).every(isNumbers),
    }),
  ),
  labels: optional(isListOf(isText)),
  answers: optional(isFields({ before: optional(isNumbers), after: isNumbers })),
});

const kept: Readonly<Record<string, Check<unknown>>> = {
  'transfer-started': isFields({
    name: isText,
    source: isText,
    isBundled: isFlag,
    kinds: isListOf(isText),
    task: isText,
    layers: isListOf(isPlan),
    frozenWeights: isNumber,
    weights: isNumber,
    frozen: isListOf(isText),
    vocabulary: isMeeting,
    labels: isNumbers,
    seeds: isCount,
    phases: isCount,
    sizes: isListOf(isCount, 3),
    remarks: isListOf(isText),
  }),
  'transfer-phase': isFields({
    phase: isCount,
    way: isText,
    stage: isText,
    labels: isNumber,
    examples: isNumber,
    seed: isNumber,
    layers: isListOf(isPlan),
    epochs: isNumber,
  }),
  'transfer-curve': isFields({
    phase: isCount,
    epoch: isNumber,
    training: isFields({ loss: isNumber, accuracy: isNumber }),
    validation: isFigures,
    isBest: isFlag,
  }),
  'transfer-result': isFields({
    way: isText,
    labels: isNumber,
    examples: isNumber,
    seed: isNumber,
    validation: isFigures,
    test: isFigures,
    seconds: isNumber,
  }),
  'transfer-finished': isFields({
    table: isListOf(isRow),
    moved: isListOf(isMovement),
    sentence: (value) => value === null || isSentence(value),
    texts: isNumber,
    files: isListOf(isText),
  }),
};
