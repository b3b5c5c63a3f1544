import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { type Token } from '../../../src/trace/reading/token';
import {
  firstEndingAfter,
  packTokens,
  TokenList,
  tokensReceived,
  tokensToSend,
} from '../../../src/trace/reading/tokenList';

/** Packs as the worker does and unpacks as host and view do. */
function roundTrip(tokens: readonly Token[], source: string | null): TokenList {
  return new TokenList(runAtOnce(packTokens(tokens, source)), source ?? '');
}

/** Tokens of random lengths with gaps between them, as slices of a text. */
function randomTokens(count: number, seed: number): { readonly text: string; readonly tokens: readonly Token[] } {
  const random = createRandom(seed);
  let text = '';
  const tokens = Array.from({ length: count }, () => {
    text += ' '.repeat(Math.floor(random() * 3));
    const start = text.length;
    text += 'x\u{1F680}y\u0301'.slice(0, 1 + Math.floor(random() * 5));
    return { text: text.slice(start), start, end: text.length, id: Math.floor(random() ** 4 * 200_000) };
  });
  return { text, tokens };
}

describe('packed tokens', () => {
  it('come back as they were, gaps, long ids and signs beyond the BMP included', () => {
    for (const count of [0, 1, 2, 300, 20_000]) {
      const { text, tokens } = randomTokens(count, count);
      const list = roundTrip(tokens, text);
      assert.equal(list.packed.texts, null, 'slices carry no text of their own');
      assert.deepEqual([...list], tokens);
      assert.equal(list.length, count);
    }
  });

  it('keep texts that are no slices: rows of numbers, subwords, ids', () => {
    const rows = [
      { text: 'Monday', start: 10, end: 14, id: 0 },
      { text: '', start: 0, end: 10, id: 0 },
      { text: '\u00fcber', start: 300_000, end: 300_001, id: 2 ** 31 - 1 },
    ];
    for (const source of [null, 'another text', '']) assert.deepEqual([...roundTrip(rows, source)], rows);
  });

  it('take three bytes a character and no object until one is asked for', () => {
    const text = 'abc'.repeat(1000);
    const tokens = [...text].map((character, at) => ({
      text: character,
      start: at,
      end: at + 1,
      id: character.charCodeAt(0),
    }));
    const list = roundTrip(tokens, text);
    assert.equal(list.packed.codes.byteLength, 3 * text.length);
    assert.deepEqual(list.at(2999), tokens[2999]);
    assert.deepEqual([list.at(-1), list.at(3000), list.at(NaN)], [undefined, undefined, undefined]);
  });

  it('go through a message as they came, and few ones as they are', () => {
    const { text, tokens } = randomTokens(50, 9);
    const list = roundTrip(tokens, text);
    assert.equal(tokensToSend(list), list.packed);
    assert.deepEqual([...tokensReceived(structuredClone(tokensToSend(list)), text)], tokens);
    assert.deepEqual(tokensReceived(tokensToSend(tokens), text), tokens);
  });

  it('are found by an offset as a search from the beginning finds them', () => {
    const { text, tokens } = randomTokens(200, 4);
    const list = roundTrip(tokens, text);
    for (let offset = -1; offset <= text.length + 1; offset++) {
      const step = tokens.findIndex(({ end }) => end > offset);
      assert.equal(firstEndingAfter(list, offset), step < 0 ? tokens.length : step);
    }
  });
});
