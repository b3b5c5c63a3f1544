import assert from 'node:assert/strict';
import { type FaultResult, type FaultTable } from './runFault';

interface Found {
  readonly studies: readonly {
    readonly name: string;
    readonly best?: { readonly number: number } | null;
    readonly front?: readonly { readonly number: number }[];
    readonly objectives: readonly { readonly importance: object; readonly history: readonly (readonly number[])[] }[];
  }[];
}

const readFound = async ({ json }: FaultResult): Promise<Found['studies']> =>
  ((await json('out.json')) as Found).studies;

/** A journal of operations that a worker of Optuna writes. */
function journal(...lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify({ worker_id: 'w', ...line })}\n`).join('');
}

const rate = (step: number | null): string =>
  JSON.stringify({ name: 'FloatDistribution', attributes: { step, low: 0.001, high: 0.1, log: true } });
const optimizer = JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: ['Adam', 'SGD'] } });
/** What a search with a.lstm-lab.json left in earlier versions: one trial, judged by its loss. */
const earlier = journal(
  { op_code: 0, study_name: 'study.journal.log', directions: [1] },
  { op_code: 4, study_id: 0, datetime_start: '2026-01-01T00:00:00.000000' },
  { op_code: 5, trial_id: 0, param_name: 'learning_rate', param_value_internal: 0.01, distribution: rate(null) },
  { op_code: 5, trial_id: 0, param_name: 'optimizer', param_value_internal: 0, distribution: optimizer },
  { op_code: 8, trial_id: 0, user_attr: { lstm_inspector_worker: 'lstm-inspector@elsewhere:1' } },
  { op_code: 6, trial_id: 0, state: 1, values: [0.5], datetime_complete: '2026-01-01T00:01:00.000000' },
);
const mine = (direction: 1 | 2, ...rates: readonly number[]): string =>
  journal(
    { op_code: 0, study_name: 'mine', directions: [direction] },
    ...rates.map((learning_rate) => ({
      op_code: 4,
      study_id: 0,
      datetime_start: null,
      state: 4,
      system_attrs: { fixed_params: { learning_rate } },
    })),
  );
const searchHere = (file: string): readonly string[] => ['search', file, '--out', '.'];

/** Faults of studies and searches: the folders of shared/data/faults, with the right value or sentence of each call. */
export const studyFaults: FaultTable = {
  'optuna-conditional-best': [
    {
      args: ['study', 'exclusive.log', '--out', 'out.json'],
      check: async (result) => {
        const [study] = await readFound(result);
        assert.equal(study?.best?.number, 5);
        assert.deepEqual(study.objectives[0]?.importance, { optimizer: 1 });
      },
    },
    { args: ['study', 'layers.log'], says: [/Best: 0\.95 of trial 3 /, /Importance.*layers.*units_l0/] },
  ],
  'optuna-multi-objective': [
    {
      args: ['study', 'multi.log', '--out', 'out.json'],
      check: async (result) => {
        const [study] = await readFound(result);
        assert.deepEqual(
          study?.front?.map(({ number }) => number),
          [1],
        );
        assert.deepEqual(
          study.objectives.map(({ history }) => history.at(-1)?.[0]),
          [1, 1],
        );
      },
    },
  ],
  'lab-open-study': [
    { args: ['study', 'several.log'], says: [/^first-tiny: .*3 trials/m, /^second-main: .*20 /m, /^third: .*8 /m] },
    { args: ['study', 'several.log', '--study', 'second-main'], says: [/trial 17 /], hides: [/first-tiny/] },
    { args: ['study', 'several.log', '--study', 'none'], refuses: /no study "none"; there are: first-tiny, / },
    { args: ['study', 'conditional.log'], says: [/Best: 0\.9 of trial 11 with model lstm, units 64/] },
    { args: ['study', 'multi.log'], says: [/Pareto front/, /History of objective 2/] },
    { args: ['study', 'dynamic.log'], says: [/Best: 0\.000672169 of trial 1 /] },
  ],
  'lab-study-changed': [
    { args: searchHere('a.lstm-lab.json'), files: { 'study.journal.log': earlier }, says: [/"done":1,/] },
    {
      args: searchHere('b.lstm-lab.json'),
      files: { 'study.journal.log': earlier },
      says: [/"study":"study\.journal\.log 2".*"done":0.*so this search has its own study/],
    },
    {
      args: searchHere('c.lstm-lab.json'),
      files: { 'study.journal.log': earlier },
      says: [/"study":"study\.journal\.log 2".*"done":0.*so this search has its own study/, /Nadam/],
    },
  ],
  'lab-study-direction': [
    {
      args: searchHere('t.lstm-lab.json'),
      files: { 'study.journal.log': mine(1) },
      refuses:
        /study "mine" in study\.journal\.log looks for a small objective, and validation_accuracy is to be large/,
    },
  ],
  'lab-study-enqueued': [
    {
      args: searchHere('t.lstm-lab.json'),
      files: { 'study.journal.log': mine(2, 0.05, 0.02, 0.03) },
      says: [
        /"done":0/,
        /"number":0,"parameters":\{"learning_rate":0\.05\}/,
        /"number":2,"parameters":\{"learning_rate":0\.03\}/,
        /"trials":\{"complete":6\}/,
      ],
    },
  ],
  'lab-extra-parameter': [
    { args: ['study', 'random.journal.log'], says: [/Best: 0\.766417 of trial 2 /, /Importance.*learning_rate/] },
  ],
};
