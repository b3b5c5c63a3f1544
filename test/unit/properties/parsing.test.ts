import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InspectorError } from '../../../src/base/errors';
import { checkLabSettings } from '../../../src/lab/training/labSettings';
import { formatInspectorSettings, parseInspectorSettings } from '../../../src/models/inspectorSettings';
import { parseOwnSettings } from '../../../src/models/ownSettings';
import { parseJsonText } from '../../../src/models/untrustedJson';
import { parseVocabulary } from '../../../src/models/vocabulary/parseVocabulary';
import { reorderBlocks, transpose } from '../../../src/models/weightArray';
import { type Edit, formatEdit } from '../../../src/trace/edits/edit';
import { parseEdit } from '../../../src/trace/edits/parseEdit';
import { type Field } from '../../../src/trace/reading/cellKind';

const fields: readonly Field[] = ['i', 'f', 'g', 'o', 'c', 'h', 'z', 'r', 'n'];
const states: readonly Field[] = ['c', 'h'];
const layers = fc.oneof(
  fc.constant({}),
  fc.record({ layer: fc.nat(9) }),
  fc.record({ layer: fc.nat(9), direction: fc.constantFrom('forward' as const, 'backward' as const) }),
);
const units = fc.oneof(fc.constant({}), fc.record({ unit: fc.nat(999) }));
const numbers = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((value) => value + 0);

const holds: fc.Arbitrary<Edit> = fc
  .tuple(layers, units, fc.constantFrom(...fields), fc.nat(999), fc.option(fc.nat(99)), numbers)
  .map(([layer, unit, field, from, more, value]) => ({
    kind: 'hold',
    target: { ...layer, ...unit, fields: [field] },
    from,
    to: more === null ? Infinity : from + more,
    value,
  }));
const sets: fc.Arbitrary<Edit> = fc
  .tuple(
    layers,
    units,
    fc.uniqueArray(fc.constantFrom(...states), { minLength: 1 }),
    fc.nat(999),
    numbers,
    fc.boolean(),
  )
  .map(([layer, unit, own, step, value, isOther]) => ({
    kind: 'set',
    target: { ...layer, ...unit, fields: own },
    step,
    value: isOther ? { other: step } : value,
  }));

/** JSON as files have it, and texts that only begin like it. */
const texts = fc.oneof(
  fc.json({ maxDepth: 5 }),
  fc.string({ unit: 'grapheme' }),
  fc.tuple(fc.json(), fc.nat()).map(([text, cut]) => text.slice(0, cut % (text.length + 1))),
  fc.constantFrom(
    '{"__proto__":{"vocabulary":["a"]}}',
    '[[[[',
    '{"a":1e999}',
    '\ufeff{}',
    '{"vocabulary":{"length":3}}',
  ),
);

/** Runs a parser; whatever it throws must be a sentence for people. */
function onlySentences(parse: (text: string) => unknown): void {
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parse(text);
      } catch (thrown) {
        assert.ok(thrown instanceof InspectorError, String(thrown));
        assert.ok(thrown.message.length > 10 && thrown.message.length < 2000, thrown.message);
      }
    }),
    { numRuns: 300 },
  );
}

describe('parsers', () => {
  it('read every edit that is written, and write it alike', () => {
    fc.assert(
      fc.property(fc.oneof(holds, sets), (edit) => {
        const text = formatEdit(edit);
        const read = parseEdit(text);
        assert.ok(read.ok, `${text}: ${read.ok ? '' : read.error.message}`);
        assert.deepEqual(read.value, edit);
        assert.equal(formatEdit(read.value), text);
      }),
    );
  });

  it('answer any text that should be an edit, by an edit or a sentence', () => {
    const pieces = fc.constantFrom(
      '0',
      '.',
      'forward',
      'f',
      'c',
      ',',
      '[',
      ']',
      '*',
      '@',
      '..',
      '=',
      ':=',
      '-',
      '1e9',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          const read = parseEdit(text);
          if (read.ok) assert.deepEqual(parseEdit(formatEdit(read.value)), read);
          else assert.ok(read.error.message.length > 10);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuse settings, vocabularies and JSON of no use by a sentence, and by nothing else', () => {
    onlySentences((text) => parseInspectorSettings(text));
    onlySentences((text) => parseOwnSettings(text, 'own.inspector.json'));
    onlySentences((text) => parseJsonText(text, 'it'));
    for (const size of [1, 3, 97]) onlySentences((text) => parseVocabulary(text, 'words.json', { size }));
    onlySentences((text) => checkLabSettings(text));
  });

  it('read the settings of a model again as they were written', () => {
    const settings = fc.record({
      version: fc.constant(1 as const),
      task: fc.constantFrom('next-token' as const, 'classify' as const),
      level: fc.constantFrom('character' as const, 'word' as const),
      vocabulary: fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), { minLength: 1 }),
      lowercase: fc.boolean(),
      folding: fc.constantFrom('ascii' as const, 'none' as const),
    });
    fc.assert(
      fc.property(settings, (given) => {
        const { version, task, vocabulary, level, lowercase, folding } = parseInspectorSettings(
          formatInspectorSettings(given),
        );
        assert.deepEqual({ version, task, vocabulary: [...vocabulary], level, lowercase, folding }, { ...given });
      }),
    );
  });
});

describe('weights that are turned', () => {
  const matrices = fc
    .record({ rows: fc.integer({ min: 1, max: 70 }), width: fc.integer({ min: 1, max: 5 }) })
    .chain(({ rows, width }) =>
      fc.record({
        rows: fc.constant(rows),
        order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
        matrix: fc.constant(Float32Array.from({ length: rows * width * 4 }, (_, k) => k)),
      }),
    );

  it('are the same after turning them twice', () => {
    fc.assert(
      fc.property(matrices, ({ rows, matrix }) => {
        const columns = matrix.length / rows;
        const turned = transpose(matrix, rows, columns);
        assert.equal(turned[1 % turned.length], matrix[rows > 1 ? columns : 1 % matrix.length]);
        assert.deepEqual(transpose(turned, columns, rows), matrix);
      }),
    );
  });

  it('are the same after the order of their blocks and its inverse', () => {
    fc.assert(
      fc.property(matrices, ({ rows, matrix, order }) => {
        const inverse = order.map((_, to) => order.indexOf(to));
        assert.deepEqual(reorderBlocks(reorderBlocks(matrix, rows, order), rows, inverse), matrix);
      }),
    );
  });
});
