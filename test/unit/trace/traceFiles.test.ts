import { unzipSync } from 'fflate';
import assert from 'node:assert/strict';
import { parseNpy } from '../../../src/data/parseNpy';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { joinBytes } from '../../../src/trace/files/joinBytes';
import { npyParts, npyTextParts } from '../../../src/trace/files/npy';
import { packNpz } from '../../../src/trace/files/npz';
import { type TraceFile } from '../../../src/trace/files/traceFile';
import { packTraceJson } from '../../../src/trace/files/traceJson';

const file: TraceFile = {
  tokens: [
    { text: 'a', start: 0, end: 1, id: 3 },
    { text: '\u{1f600}', start: 1, end: 3, id: 97 },
    { text: '"\r\n', start: 3, end: 6, id: 1 },
  ],
  arrays: { '0.forward.f': { shape: [3, 2], data: Float32Array.of(0.1, 1 / 3, NaN, Infinity, -Infinity, 1e-40) } },
  output: { shape: [2], data: Float32Array.of(0.25, 0.75) },
  loss: 0.1,
};

const npz = (trace: TraceFile): Uint8Array => runAtOnce(packNpz(trace));
const json = (trace: TraceFile): Uint8Array => runAtOnce(packTraceJson(trace));
const npy = (...given: Parameters<typeof npyParts>): Uint8Array => runAtOnce(joinBytes(npyParts(...given)));
const npyTexts = (texts: readonly string[]): Uint8Array => runAtOnce(joinBytes(runAtOnce(npyTextParts(texts))));

function headerOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.subarray(10, 10 + (bytes[8] as number) + 256 * (bytes[9] as number)));
}

describe('a trace as .npz', () => {
  it('holds every array under its key, bit for bit, NaN and infinities too', () => {
    const entries = unzipSync(npz(file));
    assert.deepEqual(Object.keys(entries).sort(), [
      '0.forward.f.npy',
      'loss.npy',
      'output.npy',
      'tokens.end.npy',
      'tokens.id.npy',
      'tokens.start.npy',
      'tokens.text.npy',
    ]);
    const { shape, data } = parseNpy(entries['0.forward.f.npy'] as Uint8Array, 'f');
    assert.deepEqual([shape, data], [[3, 2], file.arrays['0.forward.f']?.data]);
    assert.deepEqual([...parseNpy(entries['tokens.end.npy'] as Uint8Array, 'end').data], [1, 3, 6]);
    assert.deepEqual(parseNpy(entries['loss.npy'] as Uint8Array, 'loss').shape, []);
  });

  it('holds which tokens each row covers, where a row is not a token', () => {
    const entries = unzipSync(npz({ ...file, stepTokens: Int32Array.of(0, 2, 2, 3) }));
    const { shape, data } = parseNpy(entries['stepTokens.npy'] as Uint8Array, 'stepTokens');
    assert.deepEqual(
      [shape, [...data]],
      [
        [2, 2],
        [0, 2, 2, 3],
      ],
    );
    const text = new TextDecoder().decode(json({ ...file, stepTokens: Int32Array.of(0, 2, 2, 3) }));
    assert.deepEqual((JSON.parse(text) as Record<string, unknown>)['stepTokens'], [
      [0, 2],
      [2, 3],
    ]);
  });

  it('holds texts as fixed-width Unicode, which needs no pickle', () => {
    const bytes = npyTexts(['a', '\u{1f600}b', '']);
    assert.match(headerOf(bytes), /^\{'descr': '<U2', 'fortran_order': False, 'shape': \(3,\), \} *\n$/);
    assert.equal((bytes.length - 24) % 64, 0, 'the data begin at a multiple of 64');
    assert.deepEqual([...new Uint32Array(bytes.slice(-24).buffer)], [97, 0, 0x1f600, 98, 0, 0]);
    assert.match(headerOf(npyTexts([])), /'<U1'.*\(0,\)/);
  });

  it('refuses a shape that the numbers do not fill', () => {
    assert.throws(() => npy(new Float32Array(5), [2, 3]), /Expected 6 numbers/);
  });
});

describe('a trace as JSON', () => {
  it('is JSON with lists in the shape of the arrays, and strings for what JSON has no number for', () => {
    const parsed = JSON.parse(new TextDecoder().decode(json(file))) as Record<string, unknown>;
    assert.deepEqual(parsed['tokens'], file.tokens);
    const array = (parsed['arrays'] as Record<string, { shape: number[]; data: unknown[][] }>)['0.forward.f'];
    assert.deepEqual(array?.shape, [3, 2]);
    assert.deepEqual(array?.data.slice(1), [
      ['NaN', 'Infinity'],
      ['-Infinity', Number(Math.fround(1e-40).toPrecision(9))],
    ]);
    assert.equal(Math.fround(array?.data[0]?.[1] as number), Math.fround(1 / 3));
    assert.deepEqual([parsed['output'], parsed['loss']], [[0.25, 0.75], 0.1]);
  });
});
