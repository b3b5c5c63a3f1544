import assert from 'node:assert/strict';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { countParts, joinParts, partOf, withoutParts } from '../../../src/protocol/hydrateParts';
import { type Hydrate } from '../../../src/protocol/viewMessages';
import { packTokens, TokenList, tokensReceived } from '../../../src/trace/reading/tokenList';

/** What a view is told of a text that is read character by character, or row by row where it is none. */
function hydrateOf(text: string, isText = true): Hydrate {
  const tokens = Array.from(text, (character, at) => ({
    text: isText ? character : `row ${at}`,
    start: at,
    end: at + 1,
    id: at % 200,
  }));
  return {
    type: 'hydrate',
    inspection: 3,
    source: 'a.txt',
    text,
    borders: [],
    tokens: runAtOnce(packTokens(tokens, isText ? text : null)),
    model: null,
    status: { kind: 'loading' },
    stale: null,
    staleMarks: { changed: [], insertedBefore: [] },
    state: null,
    strings: {},
    stored: { ranges: [], hash: 'x', text, model: { kind: 'bundled', name: 'm' } },
  };
}

/** What the view makes of the messages that it gets. */
function throughMessages(hydrate: Hydrate): { readonly joined: Hydrate; readonly largest: number } {
  const count = countParts(hydrate);
  const parts = Array.from({ length: count }, (_, index) => structuredClone(partOf(hydrate, index)));
  const last = structuredClone(withoutParts(hydrate, count));
  const sizes = parts.map(({ text, codes, texts }) => text.length + codes.byteLength + texts.length);
  return { joined: joinParts(last, parts), largest: Math.max(JSON.stringify(last).length, ...sizes) };
}

describe('a hydrate in parts', () => {
  it('is one message where the text is short', () => {
    assert.equal(countParts(hydrateOf('a short text')), 0);
    assert.equal(countParts({ ...hydrateOf('abc'), tokens: [] }), 0);
  });

  it('is joined to what it was, whether the tokens are slices of the text or not', () => {
    const text = 'one \u{1F680} '.repeat(60_000).slice(0, 350_001);
    for (const hydrate of [hydrateOf(text), hydrateOf('x'.repeat(150_000), false)]) {
      const { joined, largest } = throughMessages(hydrate);
      assert.ok(countParts(hydrate) > 1);
      assert.ok(largest <= 500_000, `the largest message has ${largest} bytes`);
      assert.deepEqual({ ...joined, parts: undefined }, { ...hydrate, parts: undefined });
      const before = new TokenList(hydrate.tokens as never, hydrate.text);
      assert.deepEqual([...tokensReceived(joined.tokens, joined.text)], [...before]);
    }
  });
});
