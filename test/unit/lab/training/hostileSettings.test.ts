import assert from 'node:assert/strict';
import { checkLabSettings, parseLabSettings } from '../../../../src/lab/training/labSettings';
import { packCheckpoint, unpackCheckpoint } from '../../../../src/lab/training/checkpoint';

const lab = (changes: object): string =>
  JSON.stringify({
    name: 'mood',
    task: 'classify',
    data: { format: 'table', files: [{ path: 'mood.csv' }], split: { by: 'line-modulo' } },
    tokens: { level: 'word' },
    model: { cell: 'lstm' },
    ...changes,
  });

describe('a hostile lab file', () => {
  it('is refused in one line where it is nested deeply or larger than a megabyte', () => {
    for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000)])
      assert.throws(() => parseLabSettings(text, 'deep.lstm-lab.json'), {
        message: 'deep.lstm-lab.json, line 1: it is nested deeper than 200 levels.',
      });
    assert.throws(() => parseLabSettings('[x,'.repeat(1e6), 'big.lstm-lab.json'), /^[^\n]*may have 1 MB/);
  });

  it('has its first problems named and no more looked for', () => {
    for (const text of [
      `[${'x,\n'.repeat(300_000)}]`,
      lab(Object.fromEntries(Array.from({ length: 5e4 }, (_, k) => [`k${k}`, 1]))),
    ])
      assert.ok(checkLabSettings(text).problems.length <= 20);
    const [problem] = checkLabSettings(lab({ name: 5, seed: 'x'.repeat(9e5) })).problems.slice(-1);
    assert.ok((problem?.message.length ?? 0) < 500);
  });

  it('has no name that cannot be part of a file name', () => {
    assert.equal(checkLabSettings(lab({})).problems.length, 0, JSON.stringify(checkLabSettings(lab({})).problems));
    for (const name of [
      'x'.repeat(300),
      '\u4e16'.repeat(60),
      'a\u0000b',
      'a\nb',
      '../x',
      'a/b',
      'a\\b',
      '',
      ' ',
      '\ud800',
    ])
      assert.match(checkLabSettings(lab({ name })).problems[0]?.message ?? '', /"name"/, JSON.stringify(name));
    assert.deepEqual(checkLabSettings(lab({ name: 'mood \u4e16: v2 (x)' })).problems, []);
  });
});

describe('a damaged checkpoint', () => {
  const figures = { loss: 1, accuracy: 0.5, count: 10 };
  const array = { name: 'a', shape: [2], data: new Float32Array([1, 2]) };
  const whole = packCheckpoint({
    step: 1,
    seconds: 1,
    settingsKey: 'k',
    history: [{ type: 'validated', step: 1, epoch: 1, training: figures, validation: figures, isBest: true }],
    stale: 0,
    bestStep: 1,
    weights: [array],
    slots: [[array.data]],
    best: [array],
    states: [array],
  });
  const withHeader = (change: (header: Record<string, unknown>) => void): Uint8Array => {
    const length = new DataView(whole.buffer).getUint32(4);
    const header = JSON.parse(new TextDecoder().decode(whole.subarray(8, 8 + length))) as Record<string, unknown>;
    change(header);
    const json = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + 4000);
    bytes.set(whole.subarray(0, 4));
    new DataView(bytes.buffer).setUint32(4, json.length);
    bytes.set(json, 8);
    return bytes;
  };

  it('is refused by name whatever its header holds', () => {
    assert.equal(unpackCheckpoint(whole).step, 1);
    const keys = [
      'version',
      'step',
      'settingsKey',
      'history',
      'stale',
      'bestStep',
      'arrays',
      'slotsEach',
      'stateNames',
    ];
    for (const key of keys)
      for (const value of [undefined, null, 'x', -1, 1e9 + 0.5, [{}], [{ name: 'a', shape: [-1] }], { length: 1e9 }]) {
        if (key === 'settingsKey' && value === 'x') continue;
        const bytes = withHeader((header) => (header[key] = value));
        assert.throws(
          () => unpackCheckpoint(bytes),
          /checkpoint\.bin.* is damaged/,
          `${key}: ${JSON.stringify(value)}`,
        );
      }
    for (const shape of [[1e9], [1e9, 1e9], [4e15, 4e15], [0.5]])
      assert.throws(
        () => unpackCheckpoint(withHeader((header) => (header['arrays'] = [{ name: 'a', shape }]))),
        /damaged/,
      );
  });

  it('is refused by name where it is cut anywhere', () => {
    for (let length = 0; length < whole.length; length++)
      assert.throws(() => unpackCheckpoint(whole.slice(0, length)), /checkpoint\.bin/, String(length));
  });
});
