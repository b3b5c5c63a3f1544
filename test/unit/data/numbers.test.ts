import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
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

  it('gives half precision', () => {
    const file = npy(
      "{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }",
      Uint16Array.of(0x3800, 0xbd00, 0x0001),
    );
    assert.deepEqual([...parseNpy(file, 'a').data], [0.5, -1.25, 2 ** -24]);
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
    assert.throws(() => parseValues(bytes('[{"x":1},{"y":4}]'), 'a.json'), /row 2: "" is not a number/);
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

describe('a table of numbers as programs save them', () => {
  const read = (text: string) => parseValues(bytes(text), 'a.csv');
  const wrong = (text: string): string => {
    try {
      read(text);
      return 'accepted';
    } catch (error) {
      return error instanceof InspectorError ? error.message : String(error);
    }
  };

  it('is read in UTF-16, with its mark or without', () => {
    const text = Buffer.from('x,y\n1,2\n', 'utf16le');
    const swapped = Buffer.from(text).swap16();
    for (const file of [Buffer.concat([Buffer.from([0xff, 0xfe]), text]), text, swapped]) {
      const { data, columnNames } = parseValues(new Uint8Array(file), 'a.csv');
      assert.deepEqual(
        [[...data], columnNames],
        [
          [1, 2],
          ['x', 'y'],
        ],
      );
    }
  });

  it('may be separated by white space, with comments, of which the last names the columns', () => {
    const text = '# made by us\n# time value\n 1.5e+00   -2\n\n3  nan\n# the end\n';
    const { data, width, columnNames, rowRanges } = parseValues(bytes(text), 'a.txt');
    assert.deepEqual([[...data], width, columnNames], [[1.5, -2, 3, NaN], 2, ['time', 'value']]);
    assert.deepEqual(
      rowRanges?.map(({ start, end }) => text.slice(start, end)),
      ['1.5e+00   -2', '3  nan'],
    );
    assert.deepEqual(read('#a,b\n1,2\n').columnNames, ['a', 'b']);
  });

  it("has pandas' counted header and index column taken for what they are, and says so", () => {
    assert.deepEqual([...read('0,1,2\n5,7,9\n').data], [5, 7, 9]);
    assert.deepEqual([...read('0,1\n0.5,2\n').data], [0.5, 2]);
    const indexed = read(',0,1\n0,5,6\n1,7,8\n');
    assert.deepEqual(
      [[...indexed.data], indexed.rowNames, indexed.columnNames],
      [
        [5, 6, 7, 8],
        ['0', '1'],
        ['0', '1'],
      ],
    );
    assert.equal(indexed.notes?.length, 2);
    assert.deepEqual([...read('Unnamed: 0,x\n0,5\n1,6\n').data], [5, 6]);
    assert.deepEqual([...read('x y\n1 5 6\n2 7 8\n').data], [5, 6, 7, 8]);
  });

  it('keeps a first row that may as well be data', () => {
    assert.deepEqual([...read('0,1\n1,0\n').data], [0, 1, 1, 0]);
    assert.deepEqual([...read('0,1,2\n1,2,3\n').data], [0, 1, 2, 1, 2, 3]);
    assert.deepEqual([...read('0\n1\n').data], [0, 1]);
    assert.equal(read('3,4\n1,2\n').notes, undefined);
  });

  it('names the line of what is wrong, over blank lines, comments and quoted line ends', () => {
    assert.match(wrong('a,b\n\n\n1,2\n\n3,x\n'), /a\.csv, line 6: "x" is not a number/);
    assert.match(wrong('a,b\r\n"1\r\n",2\r\n3,x\r\n'), /line 4: "x"/);
    assert.match(wrong('# c\n1 2\n\n3\n'), /line 4: 1 numbers where 2 are wanted/);
    assert.match(wrong('\n\n'), /holds no numbers/);
  });
});

describe('an .npz file', () => {
  const array = (shape: string, values: number) =>
    npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`, new Float32Array(values).fill(values));

  it('gives its only table, or the one that is named', () => {
    const one = zipSync({ 'x.npy': array('2, 2', 4), 'step.npy': array('', 1) });
    assert.deepEqual([...parseValues(one, 'a.npz').data], [4, 4, 4, 4]);
    const two = zipSync({ 'x.npy': array('2, 2', 4), 'y.npy': array('3,', 3), 'z.npy': new Uint8Array(3) });
    assert.equal(parseValues(two, 'a.npz#y').width, 1);
    assert.throws(
      () => parseValues(two, 'a.npz'),
      /Which array of a\.npz is to be read: x \[2, 2\], y \[3\]\? .*a\.npz#x/,
    );
    assert.throws(() => parseValues(two, 'a.npz#w'), /no array "w"; it holds x, y, z/);
  });

  it('is refused where it holds no table or is no zip', () => {
    assert.throws(() => parseValues(zipSync({ 'x.npy': array('2, 2, 2', 8) }), 'a.npz'), /no table of numbers .* x/);
    assert.throws(() => parseValues(zipSync({}), 'a.npz'), /it holds nothing/);
    assert.throws(() => parseValues(Uint8Array.of(1, 2), 'a.npz'), /is no \.npz file/);
  });
});
