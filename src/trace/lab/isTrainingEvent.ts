import { isCount, isFields, isListOf, isNumber, isText, optional, type Check } from './checkFields';
import { type EvaluationFigures, type TrainingEvent, type ValidatedEvent } from './trainingEvents';

/** Whether a value read from a file is an event that a training keeps: what shows it relies on every field. */
export function isKeptEvent(value: unknown): value is TrainingEvent {
  const type = (value as { readonly type?: unknown } | null)?.type;
  const check = typeof type === 'string' && Object.hasOwn(kept, type) ? kept[type] : undefined;
  return check?.(value) === true;
}

/** Whether a value has the figures of a part of the data. */
export const isFigures: Check<EvaluationFigures> = isFields({ loss: isNumber, accuracy: isNumber, count: isNumber });

/** Whether a value is a validation. */
export const isValidated: Check<ValidatedEvent> = isFields({
  type: (value) => value === 'validated',
  step: isCount,
  epoch: isNumber,
  training: isFields({ loss: isNumber, accuracy: isNumber }),
  validation: isFigures,
  isBest: (value) => typeof value === 'boolean',
});

const isDataSummary = isFields({
  count: isNumber,
  duplicates: isNumber,
  classes: isListOf(isFields({ label: isText, count: isNumber })),
  lengths: isListOf(isNumber),
});

const isMistake = isFields({
  text: isText,
  source: isText,
  line: isNumber,
  label: isText,
  answer: isText,
  probability: isNumber,
});

function isSettings(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => ['string', 'number', 'boolean'].includes(typeof each))
  );
}

const kept: Readonly<Record<string, Check<unknown>>> = {
  started: isFields({
    firstStep: isCount,
    history: isListOf(isValidated),
    name: isText,
    task: (value) => value === 'next-token' || value === 'classify',
    parameters: isCount,
    steps: isCount,
    stepsPerEpoch: isCount,
    sizes: isListOf(isCount, 3),
    remarks: isListOf(isText),
    sample: optional(isText),
    data: optional(isDataSummary),
    settings: isSettings,
  }),
  validated: isValidated,
  'epoch-kept': isFields({ epoch: isCount, folder: isText }),
  finished: isFields({
    why: (value) => value === 'complete' || value === 'early' || value === 'stopped',
    step: isCount,
    seconds: isNumber,
    best: isFields({ step: isCount, validation: isFigures }),
    test: isFigures,
    testParts: isListOf(isFields({ name: isText, figures: isFigures })),
    labels: isListOf(isText),
    confusion: optional(isListOf(isListOf(isNumber))),
    mistakes: optional(isListOf(isMistake)),
    files: isListOf(isText),
  }),
};
