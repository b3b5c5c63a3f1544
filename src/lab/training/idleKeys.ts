import { cellDescriptions } from '../../trace/reading/cellKind';
import { type LabSettings } from './labSettings';
import { labSchema, type Schema } from './settingsSchema';

/** A key that only some lab files have a use for. */
interface Condition {
  readonly holds: (settings: LabSettings) => boolean;
  /** What the key is for, behind "it is for ". */
  readonly what: string;
}

const forFormat = (...formats: readonly string[]): Condition => ({
  holds: ({ data }) => formats.includes(data.format),
  what: `data of the format ${formats.join(' or ')}`,
});
const forTask = (task: LabSettings['task']): Condition => ({
  holds: (settings) => settings.task === task,
  what: `the task ${task}`,
});
const forSplit = (by: string): Condition => ({
  holds: ({ data }) => data.split.by === by,
  what: `the split by ${by}`,
});
const forMethod = (...methods: readonly string[]): Condition => ({
  holds: ({ search }) => search === undefined || methods.includes(search.method),
  what: `the method ${methods.join(' or ')}`,
});

/** By path in media/schemas/lstm-lab.schema.json; every other key has its effect in every lab file. */
export const conditions: Readonly<Record<string, Condition>> = {
  'data.files.label': forFormat('lines'),
  'data.files.pattern': forFormat('lines'),
  'data.textColumn': forFormat('table', 'jsonl'),
  'data.labelColumn': forFormat('table', 'jsonl'),
  'data.header': forFormat('table'),
  'data.delimiter': forFormat('table'),
  'data.quotes': forFormat('table'),
  'data.split.rotation': forSplit('line-modulo'),
  'data.split.validation': forSplit('stratified'),
  'data.split.test': forSplit('stratified'),
  'tokens.length': forTask('classify'),
  'model.forgetBias': {
    holds: ({ model }) => cellDescriptions[model.cell].forgetBias !== undefined,
    what: 'cells with a gate that forgets',
  },
  'hyperparameters.embedding_dim': {
    holds: ({ model }) => model.input === 'embedding',
    what: 'the input embedding',
  },
  'hyperparameters.epochs': {
    holds: ({ hyperparameters }) => hyperparameters.steps === undefined,
    what: 'a training without "steps"',
  },
  'hyperparameters.sequence_length': forTask('next-token'),
  'hyperparameters.state_reset': forTask('next-token'),
  'hyperparameters.class_weights': forTask('classify'),
  'search.listed': forMethod('hand-tuned'),
  'search.gridPoints': forMethod('grid'),
  'search.startupTrials': forMethod('gp', 'tpe'),
  'search.gamma': forMethod('tpe'),
  'search.candidates': forMethod('tpe'),
};

/** A line for each key that says other than its default and has no use in this lab file. */
export function remarkOnIdleKeys(settings: LabSettings): readonly string[] {
  return Object.entries(conditions).flatMap(([key, { holds, what }]) => {
    const usual = defaultOf(key);
    const isSaid = valuesAt(settings, key).some((value) => value !== undefined && value !== usual);
    return isSaid && !holds(settings) ? [`"${key}" has no effect here: it is for ${what}.`] : [];
  });
}

/** What stands at a path; of a list, what stands there in each entry. */
function valuesAt(value: unknown, key: string): readonly unknown[] {
  return key.split('.').reduce<readonly unknown[]>(
    (found, name) =>
      found.flatMap((each) => {
        const inner = typeof each === 'object' && each !== null ? (each as Record<string, unknown>)[name] : undefined;
        return Array.isArray(inner) && name !== 'listed' ? (inner as readonly unknown[]) : [inner];
      }),
    [value],
  );
}

function defaultOf(key: string): unknown {
  const at = (schema: Schema | undefined, name: string): Schema | undefined =>
    (schema?.items ?? schema)?.properties?.[name];
  return key.split('.').reduce<Schema | undefined>(at, labSchema)?.default;
}
