import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { decodeText } from '../../../src/data/decodeText';
import { describeExamples } from '../../../src/data/describeExamples';
import { parseJsonLines } from '../../../src/data/parseJsonLines';
import { parseLines } from '../../../src/data/parseLines';
import { parseTable } from '../../../src/data/parseTable';

const csv = (text: string, more: object = {}) => parseTable(text, { fileName: 'a.csv', ...more });
const pairs = ({ examples }: ReturnType<typeof csv>) => examples.map(({ text, label, line }) => [text, label, line]);

function message(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof InspectorError);
    return error.message;
  }
  return 'accepted';
}

describe('a table of labelled texts', () => {
  it('finds its header, its columns and the line of each row, over quoted line ends', () => {
    const read = csv('label,text\npos,"two\r\nlines, one ""cell"""\r\nneg,last\n');
    assert.deepEqual(pairs(read), [
      ['two\r\nlines, one "cell"', 'pos', 1],
      ['last', 'neg', 3],
    ]);
  });

  it('takes two columns without header by their contents', () => {
    assert.deepEqual(pairs(csv('1,good\n0,bad\n1,fine\n')), [
      ['good', '1', 0],
      ['bad', '0', 1],
      ['fine', '1', 2],
    ]);
  });

  it('reads tabs without quotes in .tsv', () => {
    assert.deepEqual(pairs(parseTable('"So there\t0\nFine"\t1\n', { fileName: 'a.tsv' })), [
      ['"So there', '0', 0],
      ['Fine"', '1', 1],
    ]);
  });

  it('names the line of a quote that never closes', () => {
    assert.match(
      message(() => csv('text,label\nfine,1\n"open,0\nmore,1\n')),
      /a\.csv, line 3: a quote .* never closes/,
    );
  });

  it('names the line of a missing label, and leaves out an empty text with a remark', () => {
    assert.match(
      message(() => csv('text,label\nfine,1\nbare\n')),
      /line 3: no label/,
    );
    assert.match(csv('text,label\nfine,1\n,0\n').remarks.join(), /line 3: the text is empty/);
  });

  it('names each of a few empty texts, and of many the first and their number', () => {
    const remarksOn = (count: number): readonly string[] =>
      csv(`text,label\nfine,1\n${',0\n'.repeat(count)}`, { header: true }).remarks;
    assert.deepEqual(remarksOn(2), [
      'a.csv, line 3: the text is empty; left out.',
      'a.csv, line 4: the text is empty; left out.',
    ]);
    assert.deepEqual(remarksOn(5000), ['5000 texts are empty and left out; the first is a.csv, line 3.']);
  });

  it('refuses an unknown column and an empty file', () => {
    assert.match(
      message(() => csv('a,b\nx,1\n', { textColumn: 'text' })),
      /no column "text"; it has a, b/,
    );
    assert.match(
      message(() => csv('')),
      /no rows/,
    );
    assert.match(
      message(() => csv('a,b,c\nx,1,2\n')),
      /Say which columns/,
    );
  });
});

describe('a table with two columns of one name', () => {
  it('is refused until the column is given by its number', () => {
    const text = 'text,text,label\nx,fine,1\nx,bad,0\n';
    assert.match(
      message(() => csv(text, { textColumn: 'text' })),
      /a\.csv has duplicate columns: 2 are named "text".* 0 or 1/,
    );
    assert.match(
      message(() => csv(text)),
      /duplicate columns/,
    );
    assert.deepEqual(pairs(csv(text, { textColumn: 1, labelColumn: 'label' })), [
      ['fine', '1', 1],
      ['bad', '0', 2],
    ]);
  });
});

describe('JSON lines', () => {
  it('leave out a null as a table leaves out an empty cell', () => {
    const read = parseJsonLines('{"text":null,"label":1}\n{"text":"b","label":0}', { fileName: 'a.jsonl' });
    assert.deepEqual(
      read.examples.map(({ text, line }) => [text, line]),
      [['b', 1]],
    );
    assert.deepEqual(read.remarks, ['a.jsonl, line 1: the text is empty; left out.']);
  });

  it('read text and label by name', () => {
    const { examples } = parseJsonLines('{"t": "fine", "y": 1}\n\n{"t": "bad", "y": false}', {
      fileName: 'a.jsonl',
      textColumn: 't',
      labelColumn: 'y',
    });
    assert.deepEqual(
      examples.map(({ text, label, line }) => [text, label, line]),
      [
        ['fine', '1', 0],
        ['bad', 'false', 2],
      ],
    );
  });

  it('name the line that is wrong', () => {
    assert.match(
      message(() => parseJsonLines('{"text":"a","label":1}\n{oops', { fileName: 'a.jsonl' })),
      /^a\.jsonl, line 2: this is no JSON object; [^{}]*$/,
    );
    assert.match(
      message(() => parseJsonLines('{"text":"a"}', { fileName: 'a.jsonl' })),
      /line 1: "label" is missing/,
    );
    assert.match(
      message(() => parseJsonLines('3', { fileName: 'a.jsonl' })),
      /line 1: this is no JSON object/,
    );
  });
});

describe('lines of one class', () => {
  it('keep their numbers, and may be cut out by a pattern', () => {
    const { examples } = parseLines('<P>good</P>\n\n x\n<P>cheap</P>', {
      fileName: 'p',
      label: 'pos',
      pattern: '<P>(.*)</P>',
    });
    assert.deepEqual(
      examples.map(({ text, line }) => [text, line]),
      [
        ['good', 0],
        ['cheap', 3],
      ],
    );
    assert.equal(parseLines('', { fileName: 'p', label: 'pos' }).remarks.length, 1);
    assert.match(
      message(() => parseLines('', { fileName: 'p', label: 'pos', pattern: '(' })),
      /not a regular expression/,
    );
  });
});

describe('decodeText', () => {
  it('follows the byte-order mark, else the stated encoding, else UTF-8', () => {
    assert.equal(decodeText(Uint8Array.of(0xff, 0xfe, 0x3d, 0xd8, 0, 0xde), 'a'), '\u{1f600}');
    assert.equal(decodeText(Uint8Array.of(0xfe, 0xff, 0, 0x41), 'a'), 'A');
    assert.equal(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41), 'a'), 'A');
    assert.equal(decodeText(Uint8Array.of(0xe9), 'a', 'windows-1252'), '\u00e9');
    assert.equal(decodeText(new Uint8Array(0), 'a'), '');
  });

  it('reads legacy encodings as the standard has them, not as Node does', () => {
    const decode = (encoding: string, ...values: number[]) => decodeText(Uint8Array.from(values), 'a', encoding);
    const upper = Array.from({ length: 32 }, (_, k) => 0x80 + k);
    const marks = '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f';
    const quotes = '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';
    for (const label of ['windows-1252', 'cp1252', 'latin1', 'iso-8859-1', 'ascii'])
      assert.equal(decode(label, ...upper), marks + quotes, label);
    assert.equal(decode('windows-1251', 0xcf, 0xf0), '\u041f\u0440');
    assert.equal(decode('koi8-u', 0xae), '\u045e');
    assert.equal(decode('iso-8859-16', 0xaa), '\u0218');
    assert.equal(decode('windows-1255', 0xca), '\u05ba');
    assert.equal(decode('euc-kr', 0x81, 0x41), '\uac02');
    assert.equal(decode('big5', 0x87, 0x40), '\u43f0');
    assert.equal(decode('shift_jis', 0x1a, 0x82, 0xa0), '\x1a\u3042');
    assert.equal(decode('gbk', 0xa2, 0xe3), '\u20ac');
    assert.match(
      message(() => decode('windows-1253', 10, 0xaa)),
      /line 2: not valid windows-1253/,
    );
    assert.match(
      message(() => decode('utf-16le', 0x41, 0, 10, 0, 0, 0xd8)),
      /line 2: not valid utf-16le/,
    );
  });

  it('names the line of bytes that are not valid, and an unknown encoding', () => {
    assert.match(
      message(() => decodeText(Uint8Array.of(0x41, 10, 0xe9, 10), 'a.csv')),
      /a\.csv, line 2: not valid utf-8/,
    );
    assert.match(
      message(() => decodeText(new Uint8Array(0), 'a', 'nonsense')),
      /"nonsense" is not known/,
    );
  });
});

describe('describeExamples', () => {
  it('counts classes, duplicates and lengths, also of nothing', () => {
    const example = (text: string, label: string) => ({ text, label, source: 'a', line: 0 });
    assert.deepEqual(describeExamples([example('aa', 'y'), example('aa', 'y'), example('b', 'x')]), {
      count: 3,
      classes: [
        { label: 'x', count: 1 },
        { label: 'y', count: 2 },
      ],
      duplicates: 1,
      lengths: [1, 2, 2, 2, 2],
    });
    assert.deepEqual(describeExamples([]).lengths, [0, 0, 0, 0, 0]);
  });
});
