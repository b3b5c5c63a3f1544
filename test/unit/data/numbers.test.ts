import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { parseNpy } from '../../../src/data/parseNpy';
import { parseValues } from '../../../src/data/parseValues';

function npy(header: string, data: ArrayBufferView): Uint8Array {
  const padded = header.padEnd(117) + '\n';
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length, 0);
  return new Uint8Array(Buffer.concat([start, Buffer.from(padded), Buffer.from(data.buffer)]));
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('an .npy file', () => {
  it('gives float and integer data with its shape', () => {
    const file = npy(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
      Float64Array.of(1, 2, 3, 4, 5, NaN),
    );
    assert.deepEqual(parseNpy(file, 'a.npy'), { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, NaN) });
    assert.deepEqual(
      [
        ...parseNpy(npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", BigInt64Array.of(-1n, 7n)), 'a')
          .data,
      ],
      [-1, 7],
    );
  });

  it('turns Fortran order to rows', () => {
    const file = npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", Float32Array.of(1, 4, 2, 5, 3, 6));
    assert.deepEqual([...parseNpy(file, 'a').data], [1, 2, 3, 4, 5, 6]);
  });

  it('is refused when torn, empty or of objects', () => {
    assert.throws(() => parseNpy(new Uint8Array(3), 'a'), InspectorError);
    assert.throws(
      () => parseNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }", new Float32Array(2)), 'a'),
      /ends too early/,
    );
    assert.throws(
      () => parseNpy(npy("{'descr': '|O8', 'fortran_order': False, 'shape': (1,), }", new Float32Array(2)), 'a'),
      /plain numbers/,
    );
  });
});

describe('numeric input', () => {
  it('reads csv with a header and row names, NaN and infinities kept', () => {
    const table = parseValues(bytes('day,x,y\nmon,1,nan\ntue,-inf,2.5\n'), 'a.csv');
    assert.deepEqual(table, {
      data: Float32Array.of(1, NaN, -Infinity, 2.5),
      width: 2,
      rowNames: ['mon', 'tue'],
      columnNames: ['x', 'y'],
      rowRanges: [
        { start: 8, end: 17 },
        { start: 18, end: 30 },
      ],
    });
  });

  it('says where each row of a table stands, over blank lines and line ends of two characters', () => {
    const text = '\r\n"a, b";c\r\n1;2\r\n\r\n3;4\r\n';
    const table = parseValues(bytes(text), 'a.csv');
    assert.deepEqual(
      table.rowRanges?.map(({ start, end }) => text.slice(start, end)),
      ['1;2', '3;4'],
    );
    assert.deepEqual(table.columnNames, ['a, b', 'c']);
    assert.deepEqual(parseValues(bytes('7'), 'a.csv'), {
      data: Float32Array.of(7),
      width: 1,
      rowRanges: [{ start: 0, end: 1 }],
    });
  });

  it('reads json records by their keys, and refuses one that lacks a key', () => {
    assert.deepEqual(parseValues(bytes('[{"x":1,"y":2},{"y":4,"x":3}]'), 'a.json'), {
      data: Float32Array.of(1, 2, 3, 4),
      width: 2,
      columnNames: ['x', 'y'],
    });
    assert.throws(() => parseValues(bytes('[{"x":1},{"y":4}]'), 'a.json'), /line 2: "" is not a number/);
  });

  it('reads json rows, and a plain list as one column', () => {
    assert.deepEqual(parseValues(bytes('[[1,2],["NaN",4]]'), 'a.json').data, Float32Array.of(1, 2, NaN, 4));
    assert.equal(parseValues(bytes('[1,2]'), 'a.json').width, 1);
  });

  it('names the line of a wrong number or a short row', () => {
    assert.throws(() => parseValues(bytes('1,2\n3,x\n'), 'a.csv'), /a\.csv, line 2: "x"/);
    assert.throws(() => parseValues(bytes('1,2\n3\n'), 'a.csv'), /line 2: 1 numbers where 2/);
    assert.throws(() => parseValues(bytes(''), 'a.csv'), /no numbers/);
  });
});
