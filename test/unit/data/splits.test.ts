import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { remarkOnLabels } from '../../../src/data/remarkOnLabels';
import { excerptOf, splitLastTenths, stripGutenberg } from '../../../src/data/runningText';
import { removeDuplicates, splitByLine, splitStratified } from '../../../src/data/splitExamples';

const example = (text: string, line: number, label = 'x') => ({ text, label, source: 'a', line });
const lines = (part: readonly { readonly line: number }[]) => part.map(({ line }) => line);

describe('the split by line number', () => {
  const examples = Array.from({ length: 25 }, (_, line) => example(`t${line}`, line));

  it('tests on 9, validates on 8, trains on the rest', () => {
    const { training, validation, test } = splitByLine(examples);
    assert.deepEqual([lines(test), lines(validation), training.length], [[9, 19], [8, 18], 21]);
  });

  it('lets every line be test once in ten rotations', () => {
    const tested = Array.from({ length: 10 }, (_, rotation) => lines(splitByLine(examples, rotation).test)).flat();
    assert.deepEqual(
      tested.sort((a, b) => a - b),
      lines(examples),
    );
  });

  it('keeps the same text under another label', () => {
    assert.equal(
      removeDuplicates([
        example('Smith', 0, 'English'),
        example('Smith', 0, 'Scottish'),
        example('Smith', 1, 'English'),
      ]).removed,
      1,
    );
  });

  it('keeps line numbers when duplicates go first', () => {
    const { kept, removed } = removeDuplicates([example('a', 0), example(' a', 1), example('b', 9)]);
    assert.deepEqual([lines(kept), removed], [[0, 9], 1]);
  });
});

describe('labels that a part lacks', () => {
  const common = Array.from({ length: 30 }, (_, line) => example(`t${line}`, line, line % 2 === 0 ? 'even' : 'odd'));
  const remarksOn = (...more: readonly ReturnType<typeof example>[]) => {
    // Line 9 is odd, and 8 even: with these two either part has both labels.
    const both = [example('b', 9, 'even'), example('c', 8, 'odd')];
    return remarkOnLabels(splitByLine([...common, ...both, ...more]));
  };

  it('are named with the line of their first example', () => {
    assert.deepEqual(remarksOn(), []);
    assert.deepEqual(remarksOn(example('lonely', 39, 'alone')), [
      'The training part lacks a label, whose examples are left out: "alone" (a, line 40).',
    ]);
    assert.deepEqual(remarksOn(example('lonely', 31, 'alone')), [
      'The test part lacks a label, which is learnt but not measured: "alone" (a, line 32).',
    ]);
  });

  it('are counted where they are many, and not missed where nothing is tested', () => {
    const many = Array.from({ length: 7 }, (_, k) => example(`m${k}`, 30, `rare ${k}`));
    assert.match(remarksOn(...many).join(), /"rare 4" \(a, line 31\) and 2 more\.$/);
    assert.deepEqual(remarkOnLabels({ training: many, validation: [], test: [] }), []);
  });
});

describe('the stratified split', () => {
  const examples = Array.from({ length: 30 }, (_, line) => example(`t${line}`, line, line < 10 ? 'few' : 'many'));
  const shares = { validation: 0.1, test: 0.2, seed: 1 };

  it('keeps the shares of each class and loses nothing', () => {
    const { training, validation, test } = splitStratified(examples, shares);
    const few = (part: readonly { readonly label: string }[]) => part.filter(({ label }) => label === 'few').length;
    assert.deepEqual([few(training), few(validation), few(test)], [7, 1, 2]);
    assert.deepEqual(
      lines([...training, ...validation, ...test]).sort((a, b) => a - b),
      lines(examples),
    );
  });

  it('depends on the seed and on nothing else', () => {
    const test = (seed: number) => lines(splitStratified(examples, { ...shares, seed }).test);
    assert.deepEqual(test(1), test(1));
    assert.notDeepEqual(test(1), test(2));
  });

  it('splits a class of more examples than a call takes arguments', () => {
    const many = Array.from({ length: 300_000 }, (_, line) =>
      example('t', line, line === 0 || line === 1 || line === 2 ? 'few' : 'many'),
    );
    const { training, validation, test } = splitStratified(many, shares);
    assert.equal(training.length + validation.length + test.length, many.length);
  });

  it('counts the duplicates that went of a label with too few examples', () => {
    const twice = [
      ...Array.from({ length: 9 }, (_, k) => example(`t${k}`, k)),
      example('same', 9, 'rare'),
      example('same', 10, 'rare'),
    ];
    const { kept, removedOf } = removeDuplicates(twice);
    assert.throws(
      () => splitStratified(kept, { validation: 0.1, test: 0.1, seed: 1, removed: removedOf }),
      /"rare" has 2 examples, but 1 are duplicates and only one is left \(a, line 10\); check that "textColumn"/,
    );
  });

  it('refuses a label with one example, by name and line', () => {
    assert.throws(
      () => splitStratified([...examples, example('alone', 40, 'rare')], shares),
      (error) => error instanceof InspectorError && /"rare" has only one example \(a, line 41\)/.test(error.message),
    );
  });
});

describe('running text', () => {
  it('holds out the last tenth and validates on the tenth before it', () => {
    assert.deepEqual(splitLastTenths('0123456789abcdefghij-'), {
      training: '0123456789abcdefg',
      validation: 'hi',
      test: 'j-',
    });
    assert.deepEqual(splitLastTenths(''), { training: '', validation: '', test: '' });
    assert.equal(
      excerptOf('of it. "Once," he said,\nall was well. '.padEnd(400, 'and so on ')).slice(0, 30),
      '"Once," he said, all was well.',
    );
    assert.deepEqual([excerptOf(''), excerptOf(' \n '), excerptOf('x'.repeat(300)).length], ['', '', 110]);
  });

  it('loses the licence before and after a Gutenberg book', () => {
    const book =
      'Licence\n\n*** START OF THIS PROJECT GUTENBERG EBOOK X ***\n\n\nOnce.\n\n\n*** END OF THIS PROJECT GUTENBERG EBOOK X ***\nLicence\n';
    assert.equal(stripGutenberg(book), 'Once.\n');
    assert.equal(stripGutenberg('plain'), 'plain\n');
  });
});
