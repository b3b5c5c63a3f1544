import assert from 'node:assert/strict';
import { paintStrip } from '../../../src/editor/gatePicture';
import { hoverMarkdown, type HoverParts } from '../../../src/editor/hoverText';
import { type StepSummary } from '../../../src/protocol/summaries';

const translate = (message: string, ...args: (string | number)[]): string =>
  message.replace(/\{(\d)\}/g, (_, k: string) => String(args[Number(k)]));
const shape = {
  layer: 0,
  direction: 'forward',
  cell: 'lstm',
  name: 'lstm',
  units: 3,
  outputWidth: 3,
  inputWidth: 4,
} as const;
const statistics = {
  field: 'f',
  mean: 0.51234,
  deviation: 0.1,
  minimum: 0.2,
  maximum: 0.9,
  lowest: [{ unit: 2, value: 0.2 }],
  highest: [{ unit: 1, value: 0.9 }],
};
const summary: StepSummary = {
  step: 4,
  token: { text: 'a', start: 4, end: 5, id: 1 },
  layers: [{ shape, fields: [statistics], normH: 1.5, normC: 2.25 }],
  surprise: Math.log(4),
  predictions: [{ name: 'b', index: 2, probability: 0.5 }],
  outputKind: 'probabilities',
};
const hover = (parts: Partial<HoverParts> = {}): string =>
  hoverMarkdown({
    summary,
    modelName: 'prose-lstm',
    valuesOf: () => [0.5, 0.9, 0.2],
    translate,
    pinUri: 'command:pin',
    sensitivityUri: 'command:sensitivity',
    ...parts,
  }).value;
const withToken = (text: string): string =>
  hover({ summary: { ...summary, token: { ...summary.token, text } } }).split('\n')[0] ?? '';

describe('the hover over a token', () => {
  it('sets a layer as one table: its head, its rule and a row a field, without a blank line between', () => {
    const rows = hover()
      .split('\n')
      .filter((line) => line.startsWith('|')).length;
    assert.equal(rows, 3);
    assert.match(hover(), /\n\n\| {2}\| units \|.*\|\n\|[-:|]+\|\n\| forget/);
  });

  it('tells the numbers of the step', () => {
    const text = hover();
    for (const part of [
      '`a`',
      'step 4, prose-lstm',
      '1.386 nats',
      '(p = 0.250)',
      '`b` 0.500',
      '|h| 1.500, |c| 2.250',
      'forget&nbsp;gate&nbsp;f',
      '0.512',
      '(command:pin)',
    ]) {
      assert.ok(text.includes(part), `${part} is missing in\n${text}`);
    }
  });

  it('calls a number no probability', () => {
    const predictions = [{ name: '0', index: 0, probability: 420.4 }];
    const text = hover({ summary: { ...summary, predictions, outputKind: 'numbers' } });
    assert.ok(text.includes('Largest outputs&#58; `0` 420') && !text.includes('Predicts'), text);
  });

  it('is short, with the fields in the order of the view and no line over 40 characters beside its pictures', () => {
    const fields = (['i', 'f', 'g', 'o', 'c', 'h'] as const).map((field) => ({ ...statistics, field }));
    const text = hover({ summary: { ...summary, layers: [{ shape, fields, normH: 1.5, normC: 2.25 }] } });
    const rows = text
      .replace(/!\[\]\([^)]*\)/g, '')
      .split('\n')
      .filter((line) => line.includes('0.512'));
    assert.deepEqual(
      rows.map((line) => / \S*&nbsp;(\w) /.exec(line)?.[1]),
      ['f', 'i', 'g', 'o', 'c', 'h'],
    );
    for (const line of rows) assert.ok(line.replaceAll('&nbsp;', ' ').length <= 40, line);
  });

  it('leaves out what the model does not have', () => {
    const rest = { step: summary.step, token: summary.token };
    const text = hover({
      summary: { ...rest, layers: [{ shape, fields: [], normH: NaN }], outputKind: 'numbers' },
      valuesOf: () => undefined,
    });
    assert.ok(!text.includes('nats') && !text.includes('|c|'));
    assert.ok(text.includes('|h| NaN'));
  });

  it('says when the text has changed', () => {
    assert.ok(hover({ staleNote: 'It changed.' }).includes('*It changed.*'));
  });

  it('shows white space, and no token breaks the table or the code', () => {
    assert.ok(withToken(' ').includes('`\u00b7`'));
    assert.ok(withToken('\r\n').includes('`\u21b5`'));
    assert.ok(withToken('\t').includes('`\u21e5`'));
    assert.ok(withToken('`').includes('`` ` ``'));
    assert.ok(!withToken('|').includes('|'));
  });
});

describe('the strip of bars', () => {
  const svg = (values: number[], minimum = 0): string =>
    atob(paintStrip(values, { minimum, maximum: 1 }).split(',')[1] ?? '');

  it('draws one bar a unit', () => {
    assert.equal(svg([0, 0.5, 1]).match(/V/g)?.length, 3);
  });

  it('draws at most 128 bars and keeps the extreme of each group', () => {
    const values = Array.from({ length: 1024 }, (_, k) => (k === 5 ? -1 : 0));
    const text = svg(values, -1);
    assert.equal(text.match(/V/g)?.length, 128);
    assert.ok(text.includes('V14'), 'the one value of -1 reaches the bottom');
  });

  it('draws nothing for no unit and for NaN', () => {
    for (const values of [[], [NaN]]) assert.equal(svg(values).match(/V/g), null);
  });
});
