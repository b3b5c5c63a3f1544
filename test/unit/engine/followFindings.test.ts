import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../../src/base/random';
import { type WorkerLink } from '../../../src/link/workerLink';
import { type Finding } from '../../../src/trace/reading/findings';
import { ask, startWorker } from '../../view/support/workerHost';

const sample = readFileSync(path.resolve(__dirname, '../../../media/samples/sample.txt'), 'utf8');

describe('what is said to go along with a unit of a bundled model', function () {
  this.timeout(240_000);
  let link: WorkerLink;
  before(() => {
    link = startWorker();
  });
  after(() => link.dispose());

  async function followersIn(text: string): Promise<readonly Finding[]> {
    const model = { kind: 'bundled', name: 'prose-lstm' } as const;
    await ask(link, 'read', { inspection: 1, model, input: { kind: 'text', text }, stream: false });
    const { findings } = await ask(link, 'findings', { inspection: 1 });
    return findings.filter(({ kind }) => kind === 'follows');
  }

  it('is the quote unit 27 in prose, far before any other', async () => {
    const found = await followersIn(sample);
    assert.deepEqual(
      found.map(({ feature, units }) => [feature, units]),
      [['inside quotes', [27]]],
    );
    assert.ok((found[0]?.figure ?? 0) > 0.85, found[0]?.title);
  });

  it('is something in 5 % of 200 texts of shuffled words at most', async () => {
    const random = createRandom(11);
    const told: string[] = [];
    for (let text = 0; text < 200; text++) {
      const [found] = await followersIn(shuffleWords(sample, random));
      if (found !== undefined) told.push(found.title);
    }
    assert.ok(told.length <= 10, `${told.length} of 200: ${told.join('; ')}`);
  });
});

/** The words of a text in any order, with the white space between them as it was. */
function shuffleWords(text: string, random: () => number): string {
  const parts = text.split(/(\s+)/);
  const words = parts.filter((_, k) => k % 2 === 0);
  for (let k = words.length - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [words[k], words[other]] = [words[other] as string, words[k] as string];
  }
  return parts.map((part, k) => (k % 2 === 0 ? words[k / 2] : part)).join('');
}
