import assert from 'node:assert/strict';
import { parseTree } from 'jsonc-parser';
import { lineAt, tooDeepAt } from '../../../src/base/jsonNesting';

describe('the nesting of a JSON text', () => {
  it('is measured before a parser that calls itself', () => {
    assert.equal(tooDeepAt('[[1]]', 2), null);
    assert.equal(tooDeepAt('[[[1]]]', 2), 2);
    assert.equal(tooDeepAt('{"a":[{"b":1}]}', 2), 6);
    assert.equal(tooDeepAt('[1],'.repeat(1000), 2), null);
  });

  it('counts no bracket of a string or a comment', () => {
    assert.equal(
      tooDeepAt(
        String.raw`["[[[\"[[", /* [[[ */ 1 // [[[
      , "{{{"]`,
        1,
      ),
      null,
    );
    assert.equal(tooDeepAt('// "\n[[', 1), 6, 'a quote in a comment opens no string');
    assert.equal(tooDeepAt('"\n[[', 1), 3, 'a string ends with its line');
  });

  it('lets nothing through that overflows the parser, however the brackets are mixed', () => {
    for (const part of ['[', '{"a":', '[},', '{],', '{"a":[', '[}]{', '"[', '/*[', '["a[],'])
      for (const text of [part.repeat(100_000), `[${part.repeat(50_000)}`])
        if (tooDeepAt(text) === null) assert.doesNotThrow(() => parseTree(text), part);
  });

  it('says the line of an offset', () => {
    assert.deepEqual(
      [0, 1, 2, 4].map((offset) => lineAt('a\nb\nc', offset)),
      [1, 1, 2, 3],
    );
  });
});
