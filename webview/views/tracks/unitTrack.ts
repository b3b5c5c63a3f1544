import { fieldsOf, type Field, shownFieldsOf } from '../../../src/trace/reading/cellKind';
import { type LayerShape } from '../../../src/trace/reading/trace';
import { paintLines, type Line } from '../../paint/paintLines';
import { columnsInSight } from '../../scales/columns';
import { isGate } from '../../scales/valueScale';
import { shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { element, fitCanvas, setText } from '../element';
import { formatValue } from '../fieldNames';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

const heightPx = 58;
const gatesPx = 22;
const insetPx = 2;

/** Makes the strip of the chosen unit: its gates over [0, 1], its states on a scale of their own. */
export function createUnitTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame('unit', say('Gates and states of the chosen unit over the text'));
  const name = element('span', { class: 'name' });
  const letters = element('div', { class: 'line-letters' });
  const range = element('span', { class: 'name' });
  gutter.append(element('div', { class: 'gutter-name', children: [name, letters, range] }));
  canvas.style.height = `${heightPx}px`;
  root.hidden = true;
  return {
    root,
    paint: (scene) => {
      const { unit } = scene.state.view;
      const shape = shownLayer(scene.state);
      root.hidden = unit === null || shape === undefined;
      if (unit === null || shape === undefined) return;
      const fields = shownFieldsOf(shape.cell);
      setText(name, say('unit {0}', unit));
      showLetters(letters, fields, scene);
      const read = (field: Field) => (step: number) => scene.blocks.column(shape, field, step)?.[unit] ?? NaN;
      const largest = largestState(scene, { shape, unit });
      setText(range, largest > 0 ? `\u00b1${formatValue(largest)}` : '');
      paintUnit(fitCanvas(canvas, scene.columns.plotWidthPx, heightPx), scene, { fields, read, largest });
    },
  };
}

/** The largest |value| that the unit's candidate and states have in sight. */
function largestState(
  { blocks, columns }: Scene,
  { shape, unit }: { readonly shape: LayerShape; readonly unit: number },
): number {
  const { from, to } = columnsInSight(columns);
  const states = fieldsOf(shape.cell).filter((field) => !isGate(field));
  let largest = 0;
  for (let step = from; step < to; step++) {
    for (const field of states) {
      const size = Math.abs(blocks.column(shape, field, step)?.[unit] ?? 0);
      if (size > largest && Number.isFinite(size)) largest = size;
    }
  }
  return largest;
}

function showLetters(box: HTMLElement, fields: readonly Field[], { palette }: Scene): void {
  const key = fields.join() + palette.kind;
  if (box.dataset['shown'] === key) return;
  box.dataset['shown'] = key;
  box.replaceChildren(
    ...fields.map((field) => {
      const letter = element('span', { class: 'letter', text: field });
      letter.style.color = palette.lines[field] ?? palette.foreground;
      return letter;
    }),
  );
}

interface UnitLines {
  readonly fields: readonly Field[];
  readonly read: (field: Field) => (step: number) => number;
  readonly largest: number;
}

function paintUnit(context: CanvasRenderingContext2D, scene: Scene, { fields, read, largest }: UnitLines): void {
  const { columns, palette } = scene;
  const lineOf = (field: Field): Line => ({
    valueAt: read(field),
    colour: palette.lines[field] ?? palette.foreground,
    dash: [],
    widthPx: field === 'c' || field === 'h' ? 1.75 : 1.25,
  });
  const gates = fields.filter(isGate);
  const top = gates.length > 0 ? gatesPx + 2 : 0;
  const half = (heightPx - top) / 2;
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  context.fillStyle = palette.grid;
  if (top > 0) context.fillRect(0, gatesPx, columns.plotWidthPx, 1);
  context.fillRect(0, Math.round(top + half), columns.plotWidthPx, 1);
  const gateY = (value: number): number => insetPx + (1 - value) * (gatesPx - 2 * insetPx);
  paintLines(context, gates.map(lineOf), { columns, heightPx, y: gateY });
  const stateY = (value: number): number => top + half - (value / (largest || 1)) * (half - insetPx);
  const states = fields.filter((field) => !isGate(field)).map(lineOf);
  paintLines(context, states, { columns, heightPx, y: stateY });
}
