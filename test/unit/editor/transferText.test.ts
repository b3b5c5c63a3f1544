import assert from 'node:assert/strict';
import { outlineOf, withTransfer } from '../../../src/editor/transferText';
import { checkLabSettings } from '../../../src/lab/training/labSettings';

const lab = (end: string): string => `// first
{
  "name": "a", "task": "classify",
  "data": { "format": "table", "files": [{ "path": "a.csv" }], "split": { "by": "stratified" } },
  // how it is read
  "tokens": { "level": "word" },
  "model": { "cell": "lstm" }${end}
`;

describe('a transfer written into a lab file', () => {
  for (const [what, end] of Object.entries({
    'no comma': '\n}',
    'a trailing comma': ',\n}',
    'a comment at the end': ' // last\n}',
  })) {
    it(`is valid, with its comments and those that were there: ${what}`, () => {
      const text = withTransfer(lab(end), 'sentiment-lstm');
      const { settings, problems } = checkLabSettings(text);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        [settings?.transfer?.source, settings?.transfer?.fineTune?.rateFall, settings?.transfer?.labels],
        ['sentiment-lstm', 1.3, undefined],
      );
      for (const comment of [
        '// first',
        '// how it is read',
        '// "labels"',
        ...(end.includes('last') ? ['// last'] : []),
      ])
        assert.ok(text.includes(comment), comment);
    });
  }

  it('goes on with a language model where the file trains one', () => {
    const text = withTransfer(
      '{ "name": "b", "task": "next-token", "data": { "format": "text", "files": [{ "path": "b.txt" }], "split": { "by": "last-tenths" } }, "tokens": { "level": "character" }, "model": { "cell": "lstm" } }',
      '../m/model.json',
    );
    const { settings, problems } = checkLabSettings(text);
    assert.deepEqual(
      [problems, settings?.transfer?.source, settings?.transfer?.fineTune],
      [[], '../m/model.json', undefined],
    );
  });

  it('depends on what the file says', () => {
    assert.deepEqual(outlineOf(lab('\n}')), { hasTransfer: false, task: 'classify', level: 'word' });
    assert.equal(outlineOf('[]'), null);
    assert.equal(outlineOf(withTransfer(lab('\n}'), 'x'))?.hasTransfer, true);
  });
});
