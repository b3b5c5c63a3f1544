import assert from 'node:assert/strict';
import { panelHtml } from '../../../src/panel/panelHtml';
import { parseStoredPanel } from '../../../src/panel/storedPanel';

const source = {
  uri: 'file:///a.txt',
  ranges: [{ start: 0, end: 3 }],
  hash: 'x',
  model: { kind: 'bundled', name: 'prose-lstm' },
};
const state = {
  layer: 0,
  direction: 'forward',
  cursor: 1,
  pins: [1, 2],
  unit: null,
  order: 'stored',
  zoom: null,
  ribbon: 'surprise',
};

describe('what a panel kept', () => {
  it('is taken as it was written', () => {
    assert.deepEqual(parseStoredPanel(JSON.parse(JSON.stringify({ source, state }))), { source, state });
    const ofNumbers = { source: { ...source, ranges: [], isValues: true }, state: { ...state, column: 2 } };
    assert.deepEqual(parseStoredPanel(JSON.parse(JSON.stringify(ofNumbers))), ofNumbers);
  });

  it('is taken without a state, or with one that cannot be read', () => {
    for (const odd of [undefined, null, 5, {}, { ...state, pins: ['a'] }, { ...state, order: 'x' }]) {
      assert.deepEqual(parseStoredPanel({ source, state: odd }), { source, state: null });
    }
  });

  it('is refused when the source cannot be read', () => {
    const odd = [
      undefined,
      null,
      'x',
      {},
      { source: {} },
      { source: { ...source, ranges: [{ start: 'a' }] } },
      { source: { ...source, model: { kind: 'bytes' } } },
      { source: { ...source, hash: 3 } },
    ];
    for (const value of odd) assert.equal(parseStoredPanel(value), null);
  });
});

describe('the page of a panel', () => {
  const page = panelHtml({
    scriptUri: 'https://x/view.js',
    styleUri: 'https://x/view.css',
    cspSource: 'https://x',
    nonce: 'abc',
    title: '<a & "b">',
    unloadable: 'No "files"',
    page: 'decay',
    language: 'en',
  });

  it('allows nothing by default and nothing unsafe', () => {
    assert.match(page, /default-src 'none'/);
    assert.doesNotMatch(page, /unsafe-/);
    assert.match(page, /script-src 'nonce-abc'/);
  });

  it('greets before it waits for the style sheet and the script', () => {
    const places = ['acquireVsCodeApi', 'view.css', 'view.js'].map((part) => page.indexOf(part));
    assert.ok(places.every((place) => place > 0));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.equal(page.match(/<script nonce="abc"/g)?.length, page.match(/<script/g)?.length);
  });

  it('escapes what it shows', () => {
    assert.match(page, /<title>&lt;a &amp; &quot;b&quot;&gt;<\/title>/);
    assert.match(page, /data-unloadable="No &quot;files&quot;"/);
  });
});
