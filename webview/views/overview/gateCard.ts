import {
  type CellOverview,
  type GateOverview,
  type RecurrentFigures,
  type WeightBlock,
  type WeightMap,
} from '../../../src/trace/reading/modelOverview';
import { paintWeights } from '../../paint/paintWeights';
import { createColourTable } from '../../scales/colourTable';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element, setText } from '../element';
import { formatValue } from '../fieldNames';
import { nameOfGate } from './gateNames';
import { type WeightScales } from './weightScales';

/** One gate: its three blocks side by side, units down, and its figures. */
export interface GateCard {
  readonly root: HTMLElement;
  draw(maps: readonly WeightMap[], scales: WeightScales, palette: Palette): void;
}

const letters: Readonly<Record<WeightBlock, string>> = { kernel: 'W', recurrent: 'U', bias: 'b' };

/** Makes the card of a gate. The mouse reads single weights; the figures say what the pictures show. */
export function createGateCard(gate: GateOverview, cell: CellOverview): GateCard {
  const blocks: readonly WeightBlock[] =
    gate.recurrent === undefined ? ['kernel', 'bias'] : ['kernel', 'recurrent', 'bias'];
  const pictures = blocks.map((block) => createPicture(block, gate, cell));
  const reading = element('p', { class: 'weight-reading', attributes: { 'aria-hidden': 'true' } });
  const rest = say('{0} units down', cell.units);
  setText(reading, rest);
  const strip = element('div', { class: 'weight-strip', children: pictures.map(({ root }) => root) });
  for (const picture of pictures) picture.onRead((text) => setText(reading, text ?? rest));
  const title = element('h3', {
    class: 'gate-title',
    children: [element('span', { class: 'letter', text: gate.gate }), element('span', { text: nameOfGate(gate.gate) })],
  });
  const root = element('article', { class: 'gate-card', children: [title, strip, reading, figuresOf(gate)] });
  return {
    root,
    draw: (maps, scales, palette) => {
      pictures.forEach((picture, k) => {
        const block = blocks[k] ?? 'kernel';
        const map = maps.find((one) => one.gate === gate.gate && one.block === block);
        if (map !== undefined) picture.draw(map, scales, palette);
      });
    },
  };
}

function createPicture(
  block: WeightBlock,
  { gate }: GateOverview,
  cell: CellOverview,
): {
  readonly root: HTMLElement;
  onRead(listener: (text: string | null) => void): void;
  draw(map: WeightMap, scales: WeightScales, palette: Palette): void;
} {
  const inputs = { kernel: cell.inputWidth, recurrent: cell.outputWidth, bias: 1 }[block];
  const name = `${letters[block]}${gate === 'a' ? '' : ` ${gate}`}`;
  const label = say('Weights {0}: {1} units down, {2} across', name, cell.units, inputs);
  const canvas = element('canvas', { class: 'weight-canvas', attributes: { role: 'img', 'aria-label': label } });
  const caption = element('span', {
    class: 'weight-name',
    children: [element('span', { text: letters[block] }), element('sub', { text: gate === 'a' ? '' : gate })],
  });
  const size = element('span', { class: 'weight-size', text: block === 'bias' ? '' : say('{0} across', inputs) });
  const root = element('div', {
    class: `weight-block weight-${block}`,
    children: [element('div', { class: 'weight-caption', children: [caption, size] }), canvas],
  });
  let shown: WeightMap | null = null;
  const read = (event: PointerEvent): string | null => {
    if (shown === null) return null;
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * shown.rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * shown.columns);
    return row < 0 || column < 0 || row >= shown.rows || column >= shown.columns
      ? null
      : describeCell(shown, row, column);
  };
  return {
    root,
    onRead: (listener) => {
      canvas.addEventListener('pointermove', (event) => listener(read(event)));
      canvas.addEventListener('pointerleave', () => listener(null));
    },
    draw: (map, scales, palette) => {
      shown = map;
      if (canvas.width !== map.columns) canvas.width = Math.max(1, map.columns);
      if (canvas.height !== map.rows) canvas.height = Math.max(1, map.rows);
      const context = canvas.getContext('2d');
      if (context === null || map.values.length === 0) return;
      const image = context.createImageData(map.columns, map.rows);
      paintWeights(
        new Uint32Array(image.data.buffer),
        map,
        scales[map.block],
        createColourTable(palette.diverging, palette.nan),
      );
      context.putImageData(image, 0, 0);
    },
  };
}

/** `W f, unit 12, input 3: 0.52`; where a cell stands for several weights, the largest of them. */
function describeCell(
  { gate, block, rows, columns, units, inputs, values }: WeightMap,
  row: number,
  column: number,
): string {
  const unit = rangeText(row, rows, units);
  const name = `${letters[block]}${gate === 'a' ? '' : ` ${gate}`}`;
  const value = formatValue(values[row * columns + column] ?? NaN);
  const from = rangeText(column, columns, inputs);
  if (block === 'bias') return say('{0}, unit {1}: {2}', name, unit, value);
  return block === 'kernel'
    ? say('{0}, unit {1}, input {2}: {3}', name, unit, from, value)
    : say('{0}, unit {1}, from h {2}: {3}', name, unit, from, value);
}

/** The indices that fall into one of `shown` groups of `all`. */
function rangeText(index: number, shown: number, all: number): string {
  const first = Math.ceil((index * all) / shown);
  const last = Math.ceil(((index + 1) * all) / shown) - 1;
  return first >= last ? String(first) : `${first}\u2013${last}`;
}

function figuresOfRecurrent({ norm, spectralRadius, isEstimate }: RecurrentFigures): (readonly [string, string])[] {
  return [
    [say('norm of U'), formatValue(norm)],
    [say('spectral radius of U'), `${isEstimate ? '\u2248 ' : ''}${formatValue(spectralRadius)}`],
  ];
}

function figuresOf({ kernel, recurrent, bias }: GateOverview): HTMLElement {
  const rows: readonly (readonly [string, string])[] = [
    [say('norm of W'), formatValue(kernel.norm)],
    ...(recurrent === undefined ? [] : figuresOfRecurrent(recurrent)),
    [say('b, mean'), formatValue(bias.mean)],
    [say('b, range'), `${formatValue(bias.min)} \u2026 ${formatValue(bias.max)}`],
  ];
  return element('dl', {
    class: 'facts gate-figures',
    children: rows.flatMap(([term, value]) => [element('dt', { text: term }), element('dd', { text: value })]),
  });
}
