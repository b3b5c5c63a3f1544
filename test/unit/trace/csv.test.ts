import assert from 'node:assert/strict';
import { parse } from 'papaparse';
import { writeCsv } from '../../../src/trace/files/csv';

const cellsOf = (csv: string): readonly (readonly string[])[] => parse<string[]>(csv.trimEnd()).data;

describe('a CSV for a spreadsheet', () => {
  it('guards every text that would run as a formula, behind white space and in full width too', () => {
    for (const text of [
      '=HYPERLINK("https://example.com";"x")',
      '+1+1',
      '-2+3',
      '@SUM(1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '  =1',
      '\uff1d1',
      '|calc',
      '%x',
      '-',
    ]) {
      const [[cell] = []] = cellsOf(writeCsv([[text, 'end']]));
      assert.equal(cell, `'${text}`, JSON.stringify(text));
    }
  });

  it('keeps numbers as numbers, NaN and infinities included', () => {
    assert.equal(writeCsv([[-1.5, 1e-9, NaN, -Infinity, 0]]), '-1.5,1e-9,NaN,-Infinity,0\r\n');
  });

  it('quotes commas, quotes and line breaks, and leaves other texts alone', () => {
    const row = ['a,b', 'say "x"', 'two\nlines', 'plain', ''];
    assert.deepEqual(cellsOf(writeCsv([row, row])), [row, row]);
    assert.equal(writeCsv([['plain', 'a b']]), 'plain,a b\r\n');
  });
});
