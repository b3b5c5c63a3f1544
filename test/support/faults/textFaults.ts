import assert from 'node:assert/strict';
import { type FaultResult, type FaultTable } from './runFault';

interface Trace {
  readonly tokens: readonly { readonly text: string; readonly id: number }[];
}

const idsAre =
  (wanted: readonly number[]) =>
  async ({ json }: FaultResult): Promise<void> =>
    assert.deepEqual(
      ((await json('out.json')) as Trace).tokens.map(({ id }) => id),
      wanted,
    );

const stepsAre =
  (wanted: number) =>
  async ({ json }: FaultResult): Promise<void> =>
    assert.equal(((await json('out.json')) as Trace).tokens.length, wanted);

const words = "schön Été 한국어 नमस्ते ありがとう café niño việt 13.2 don't e-mail well-known 120/80 Good zzz";
const read = (vocab: string, text = words) => [
  'trace',
  'm.safetensors',
  '--vocab',
  vocab,
  '--text',
  text,
  '--out',
  'out.json',
];
const values = (file: string) => ['trace', 'm3.pt', '--values', file, '--out', 'out.json'];
const allOfThem = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1];

/**
 * Faults of texts, tables of numbers and languages: the folders of shared/data/faults, with the right value or sentence
 * of each call.
 */
export const textFaults: FaultTable = {
  'word-vocabulary-never-matches': [
    { args: read('vocab.json'), check: idsAre(allOfThem) },
    { args: read('vocab.txt'), check: idsAre(allOfThem) },
    { args: read('word_index.json', 'schön été 한국어 नमस्ते good'), check: idsAre([1, 2, 3, 4, 5]) },
    { args: read('vocab-without-unknown.json', 'schön zzz café'), check: idsAre([12, 15]) },
  ],
  'values-tables': [
    { args: values('f2.npy'), check: stepsAre(4) },
    { args: values('z.npz'), check: stepsAre(4) },
    { args: values('k_space.txt'), check: stepsAre(2) },
    { args: values('o_utf16.csv'), check: stepsAre(2) },
    { args: values('pd.csv'), check: stepsAre(2) },
    { args: values('pd2.csv'), check: stepsAre(2) },
    { args: values('ln.csv'), refuses: /ln\.csv, line 6: "x" is not a number/ },
    { args: values('ln2.csv'), refuses: /ln2\.csv, line 4: "x" is not a number/ },
  ],
};
