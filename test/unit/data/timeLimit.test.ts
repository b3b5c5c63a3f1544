import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { parseLines } from '../../../src/data/parseLines';
import { withTimeLimit } from '../../../src/data/timeLimit';

const work = { length: 10, tooLong: 'It was stopped.' };

describe('a time limit', () => {
  it('ends a pattern that does not end, a loop, and both within another', () => {
    const endless = (): unknown => /(a+)+$/.exec(`${'a'.repeat(40)}!`);
    const loop = (): never => {
      for (;;);
    };
    for (const run of [endless, loop, () => withTimeLimit(work, loop)])
      assert.throws(
        () => withTimeLimit(work, run),
        (thrown) => thrown instanceof InspectorError && thrown.message === work.tooLong,
      );
  });

  it('gives what the work gives, and what it throws', () => {
    assert.equal(
      withTimeLimit(work, () => withTimeLimit(work, () => 3) + 1),
      4,
    );
    assert.throws(
      () =>
        withTimeLimit(work, () => {
          throw new RangeError('own');
        }),
      RangeError,
    );
    assert.deepEqual(
      Object.keys(globalThis).filter((key) => key.startsWith('lstm')),
      [],
      'nothing is left behind',
    );
  });
});

describe('the pattern of a lab file', () => {
  const lines = `${'a'.repeat(40)}!\nok\n`;
  it('that does not end on a line is given up with the name of the file, and the next is used', () => {
    assert.throws(
      () => parseLines(lines, { fileName: 'good.txt', label: 'good', pattern: '^((?:a+)+)$' }),
      (thrown) => thrown instanceof InspectorError && /^The pattern of good\.txt takes too long/.test(thrown.message),
    );
    const { examples } = parseLines(lines, { fileName: 'good.txt', label: 'good', pattern: '^(o.)' });
    assert.deepEqual(examples, [{ text: 'ok', label: 'good', source: 'good.txt', line: 1 }]);
  });
});
