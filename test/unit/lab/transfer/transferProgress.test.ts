import assert from 'node:assert/strict';
import { type TrainingFolder } from '../../../../src/lab/training/trainingFolder';
import { readProgress } from '../../../../src/lab/transfer/transferProgress';

const figures = { loss: 1, accuracy: 0.5, count: 10 };
const result = {
  type: 'transfer-result',
  way: 'scratch',
  labels: 50,
  examples: 50,
  seed: 0,
  validation: figures,
  test: figures,
  seconds: 1,
};

/** What a folder holds that has the log of an interrupted transfer and this as its progress. */
function folderWith(progress: string): Pick<TrainingFolder, 'read'> {
  const files: Readonly<Record<string, string>> = {
    'transfer.jsonl': `${JSON.stringify(result)}\n`,
    'transfer-progress.json': progress,
  };
  return { read: (name) => Promise.resolve(files[name] === undefined ? null : new TextEncoder().encode(files[name])) };
}

describe('the progress of an interrupted transfer', () => {
  const read = (progress: string): ReturnType<typeof readProgress> =>
    readProgress(folderWith(progress) as TrainingFolder, 'these');

  it('is taken up for the same settings', async () => {
    const { units, events } = await read('{"settings":"these","units":[{"seed":0,"labels":50}]}');
    assert.deepEqual([units, events.length], [[{ seed: 0, labels: 50 }], 1]);
  });

  for (const [what, progress] of [
    ['other settings', '{"settings":"those","units":[]}'],
    ['no JSON', '{"settings'],
    ['units that are no list', '{"settings":"these","units":3}'],
    ['a unit that is none', '{"settings":"these","units":[null]}'],
    ['null', 'null'],
  ] as const) {
    it(`counts for nothing where it is of ${what}`, async () => {
      assert.deepEqual(await read(progress), { units: [], events: [] });
    });
  }
});
