import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { parseNpy } from '../../../src/data/parseNpy';
import { joinBytes, sliceOf } from '../../../src/trace/files/joinBytes';
import { npyParts } from '../../../src/trace/files/npy';
import { cellKinds, type Field, fieldsOf } from '../../../src/trace/reading/cellKind';
import { type Frame, packFrame, unpackFrame } from '../../../src/trace/reading/frame';
import { splitColumns } from '../../../src/protocol/inputColumns';
import { packPredictionTrack, unpackPredictionTrack } from '../../../src/trace/reading/predictionTrack';
import { type Token } from '../../../src/trace/reading/token';
import { packTokens, TokenList } from '../../../src/trace/reading/tokenList';

const floats = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(fc.float(), { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));

const frames: fc.Arbitrary<Frame> = fc
  .record({
    cell: fc.constantFrom(...cellKinds),
    layer: fc.nat(300),
    direction: fc.constantFrom('forward' as const, 'backward' as const),
    from: fc.nat(1_000_000),
    steps: fc.nat(40),
    stride: fc.integer({ min: 1, max: 9 }),
    width: fc.nat(7),
  })
  .chain(({ cell, layer, direction, from, steps, stride, width }) => {
    const fields: readonly Field[] = fieldsOf(cell);
    const length = Math.ceil(steps / stride) * width * (stride > 1 ? 3 : 1);
    const header = { layer, direction, fields, from, to: from + steps, widths: fields.map(() => width), stride };
    return fc.tuple(...fields.map(() => floats(length))).map((planes) => ({ header, planes }));
  });

describe('packing and unpacking', () => {
  it('gives every frame back, bit for bit', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const { header, planes } = unpackFrame(packFrame(frame));
        assert.deepEqual(header, frame.header);
        planes.forEach((plane, k) => assert.ok(sameBits(plane, frame.planes[k] as Float32Array)));
      }),
    );
  });

  it('refuses a frame that is cut or grown, and never reads beyond it', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 64 }), fc.boolean(), (frame, by, isLonger) => {
        const whole = new Uint8Array(packFrame(frame));
        const bytes = isLonger ? new Uint8Array(whole.length + by) : whole.slice(0, Math.max(0, whole.length - by));
        if (isLonger) bytes.set(whole);
        assert.throws(() => unpackFrame(bytes.buffer));
      }),
    );
  });

  it('gives every track of predictions back, and refuses one that is cut', () => {
    const tracks = fc.tuple(fc.nat(12), fc.nat(4)).chain(([steps, top]) =>
      fc.record({
        steps: fc.constant(steps),
        top: fc.constant(top),
        indices: fc
          .array(fc.integer({ min: -1, max: 1000 }), { minLength: steps * top, maxLength: steps * top })
          .map((values) => Int32Array.from(values)),
        probabilities: floats(steps * top),
        surprise: floats(steps),
        names: fc.dictionary(fc.nat(1000).map(String), fc.string({ unit: 'grapheme' })),
      }),
    );
    fc.assert(
      fc.property(tracks, fc.integer({ min: 1, max: 9 }), (track, cut) => {
        const packed = packPredictionTrack(track);
        const back = unpackPredictionTrack(packed);
        assert.deepEqual([back.steps, back.top, { ...back.names }], [track.steps, track.top, { ...track.names }]);
        assert.deepEqual([...back.indices], [...track.indices]);
        assert.ok(sameBits(back.probabilities, track.probabilities) && sameBits(back.surprise, track.surprise));
        assert.throws(() => unpackPredictionTrack(packed.slice(0, Math.max(0, packed.byteLength - cut))));
      }),
    );
  });

  it('gives every list of tokens back, slices of their text or not, however they lie', () => {
    const tokens = fc.array(
      fc.record({ text: fc.string({ unit: 'grapheme' }), start: fc.nat(99_999), length: fc.nat(200), id: fc.nat() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(tokens, fc.option(fc.string({ maxLength: 80 })), (drawn, source) => {
        const list = drawn.map(({ text, start, length, id }): Token => ({ text, start, end: start + length, id }));
        const packed = runAtOnce(packTokens(list, source));
        assert.deepEqual([...new TokenList(packed, source ?? '')], list);
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.array(fc.nat(5), { maxLength: 30 }),
        (text, cuts) => {
          let start = 0;
          const list = cuts.map((length, id): Token => {
            const end = Math.min(text.length, start + length);
            const token = { text: text.slice(start, end), start, end, id };
            start = end;
            return token;
          });
          const packed = runAtOnce(packTokens(list, text));
          assert.equal(packed.texts, null);
          assert.deepEqual([...new TokenList(packed, text)], list);
        },
      ),
    );
  });

  it('gives every .npy array back with its shape', () => {
    const arrays = fc
      .array(fc.nat(4), { maxLength: 4 })
      .chain((shape) => floats(shape.reduce((product, size) => product * size, 1)).map((data) => ({ shape, data })));
    fc.assert(
      fc.property(arrays, ({ shape, data }) => {
        const bytes = runAtOnce(joinBytes(npyParts(data, shape)));
        const back = parseNpy(bytes, 'x.npy');
        assert.deepEqual(back.shape, shape);
        assert.ok(sameBits(Float32Array.from(back.data), data));
        assert.equal((bytes.length - data.byteLength) % 64, 0);
      }),
    );
  });

  it('joins the slices of bytes to what they were', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 99 })), (parts) => {
        const whole = parts.flatMap((part) => [...part]);
        const slices = parts.flatMap((part) => [...sliceOf(Uint8Array.from(part))]);
        assert.deepEqual([...runAtOnce(joinBytes(slices))], whole);
      }),
    );
  });

  it('gives each column of numbers the values that stand for it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 6 }), fc.nat(9), (columns, steps) => {
        const answer = Float32Array.from({ length: columns.length * steps }, (_, k) => k);
        const split = splitColumns(answer.buffer, columns);
        columns.forEach((column, k) =>
          assert.deepEqual([...(split.get(column) ?? [])], [...answer.subarray(k * steps, (k + 1) * steps)]),
        );
      }),
    );
  });
});

/** Whether two arrays hold the same bits, every NaN taken for one. */
function sameBits(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, k) => Object.is(value, other[k]));
}
