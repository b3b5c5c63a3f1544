import assert from 'node:assert/strict';
import { formatValue, showToken } from '../../../src/trace/reading/showValue';

describe('a value in the views and the hover', () => {
  it('has three digits, a real minus sign, and an exponent only where it is very small or large', () => {
    assert.deepEqual([0, 1e-7, -2e-9, 0.12345, -42.42, 123.4, 5e5, NaN, -Infinity].map(formatValue), [
      '0',
      '1.0e-7',
      '\u22122.0e-9',
      '0.123',
      '\u221242.4',
      '123',
      '5.0e+5',
      'NaN',
      '\u2212\u221e',
    ]);
  });
});

describe('a token in the views and the hover', () => {
  it('has its white space made visible, but not the space between the words of a label', () => {
    assert.deepEqual([' ', '\r\n', '\t', ' the', 'a  ', '2024-01-05 12:00'].map(showToken), [
      '\u00b7',
      '\u21b5',
      '\u21e5',
      '\u00b7the',
      'a\u00b7\u00b7',
      '2024-01-05 12:00',
    ]);
  });
});
