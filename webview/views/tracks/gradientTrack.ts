import { type GradientNorms, type LayerGradientNorms, log10Norms } from '../../../src/trace/reading/gradients';
import { paintLines, type Line } from '../../paint/paintLines';
import { columnsInSight, leftOf, type ColumnScale } from '../../scales/columns';
import { gradientFrom } from '../../store/gradientState';
import { type InspectorState } from '../../store/inspectorState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element, fitCanvas } from '../element';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

const zeroBandPx = 8;
/** The names of the thresholds stand right of the range. */
const namesLeftPx = 48;
const nameHeightPx = 14;
/** With more steps in sight the range is that of the whole text. */
const mostToRange = 4096;

/** One quantity's log10 norm over time. */
export interface GradientLine {
  readonly name: string;
  readonly isState: boolean;
  /** [T]; -Infinity is an exact zero. */
  readonly log10: Float32Array;
}

/** The lines of the layer in sight: states, then gates before their activation. */
export function gradientLines(state: InspectorState): readonly GradientLine[] {
  const { norms } = state.gradient;
  const layer = norms?.layers.find(
    ({ layer: number, direction }) => number === state.view.layer && direction === state.view.direction,
  );
  return layer === undefined ? [] : linesOf(layer);
}

const made = new WeakMap<LayerGradientNorms, readonly GradientLine[]>();

function linesOf(layer: LayerGradientNorms): readonly GradientLine[] {
  const known = made.get(layer);
  if (known !== undefined) return known;
  const lines: GradientLine[] = [{ name: 'h', isState: true, log10: log10Norms(layer.dLdh) }];
  if (layer.dLdc !== undefined) lines.push({ name: 'c', isState: true, log10: log10Norms(layer.dLdc) });
  for (const [gate, norms] of Object.entries(layer.dLdGate))
    lines.push({ name: gate, isState: false, log10: log10Norms(norms) });
  made.set(layer, lines);
  return lines;
}

/** Makes the gradient strip: log10 of the norms over time, the loss step and the thresholds marked. */
export function createGradientTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame(
    'gradient',
    say('Gradient norms over the text, log10; a click chooses the loss step'),
  );
  const letters = element('div', { class: 'line-letters' });
  gutter.append(
    element('div', {
      class: 'gutter-name',
      children: [element('span', { class: 'name', text: say('gradient') }), letters],
    }),
  );
  let heightPx = 104;
  root.hidden = true;
  return {
    root,
    setHeight: (next) => {
      heightPx = next;
      canvas.style.height = `${next}px`;
    },
    paint: (scene) => {
      const { norms } = scene.state.gradient;
      const lines = gradientLines(scene.state);
      root.hidden = norms === null || lines.length === 0;
      if (norms === null || root.hidden) return;
      const range = rangeInSight(lines, scene.columns);
      showLetters(letters, lines, scene.palette);
      const span = heightPx - zeroBandPx - 4;
      const y = (value: number): number => 2 + ((range.high - value) / (range.high - range.low)) * span;
      paintStrip(fitCanvas(canvas, scene.columns.plotWidthPx, heightPx), { scene, norms, lines, range, y, heightPx });
    },
  };
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** What one painting of the strip is made from. */
interface Strip {
  readonly scene: Scene;
  readonly norms: GradientNorms;
  readonly lines: readonly GradientLine[];
  readonly range: Range;
  readonly y: (log10: number) => number;
  readonly heightPx: number;
}

/** The range of what is in sight, so that far smaller norms elsewhere do not flatten it. */
function rangeInSight(lines: readonly GradientLine[], columns: ColumnScale): Range {
  const { from, to } = columnsInSight(columns);
  if (to - from > mostToRange) return rangeOf(lines);
  const inSight = findRange(lines.map(({ log10 }) => log10.subarray(from, to)));
  return inSight ?? rangeOf(lines);
}

const ranges = new WeakMap<readonly GradientLine[], Range>();

function rangeOf(lines: readonly GradientLine[]): Range {
  const known = ranges.get(lines) ?? findRange(lines.map(({ log10 }) => log10)) ?? { low: -1, high: 1 };
  ranges.set(lines, known);
  return known;
}

/** The finite values' range in whole decades; null where there is none. */
function findRange(values: readonly Float32Array[]): Range | null {
  let low = Infinity;
  let high = -Infinity;
  for (const log10 of values) {
    for (const value of log10) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high ? null : { low: Math.floor(low - 0.05), high: Math.ceil(high + 0.05) };
}
/** log10 of a norm with two decimals; an exact zero has none. */
export function sayLog10(value: number): string {
  if (value === -Infinity) return say('exact 0');
  return Number.isFinite(value) ? value.toFixed(2).replace('-', '\u2212') : 'NaN';
}

/** 1e-12 as a person writes it. */
export function powerOfTen(exponent: number): string {
  return `1e${exponent < 0 ? '\u2212' : ''}${Math.abs(exponent)}`;
}

function showLetters(box: HTMLElement, lines: readonly GradientLine[], palette: Palette): void {
  const key = lines.map(({ name }) => name).join() + palette.kind;
  if (box.dataset['shown'] === key) return;
  box.dataset['shown'] = key;
  box.replaceChildren(
    ...lines.map(({ name }) => {
      const letter = element('span', { class: 'letter', text: name });
      letter.style.color = palette.lines[name] ?? palette.foreground;
      return letter;
    }),
  );
}

function paintStrip(context: CanvasRenderingContext2D, strip: Strip): void {
  const { scene, lines, y, heightPx } = strip;
  const { columns, palette } = scene;
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  context.fillStyle = palette.grid;
  context.fillRect(0, heightPx - zeroBandPx, columns.plotWidthPx, 1);
  paintZeros(context, strip);
  const drawn: Line[] = [...lines].reverse().map(({ name, isState, log10 }) => ({
    valueAt: (step) => (Number.isFinite(log10[step] ?? NaN) ? (log10[step] as number) : NaN),
    colour: palette.lines[name] ?? palette.foreground,
    dash: isState ? [] : [4, 2],
    widthPx: isState ? 2 : 1,
  }));
  paintLines(context, drawn, { columns, heightPx, y });
  paintThresholds(context, strip);
  paintLossStep(context, strip);
  paintRange(context, strip);
  paintWhere(context, strip);
}

/** The ends of the range at the left of the strip. */
function paintRange(context: CanvasRenderingContext2D, { scene, range, y }: Strip): void {
  const { palette } = scene;
  context.font = '12px sans-serif';
  context.textAlign = 'left';
  for (const [value, baseline] of [
    [range.high, 'top'],
    [range.low, 'bottom'],
  ] as const) {
    const text = powerOfTen(value);
    const top = baseline === 'top' ? y(value) : y(value) - 13;
    context.fillStyle = palette.background;
    context.globalAlpha = 0.8;
    context.fillRect(0, top, context.measureText(text).width + 4, 13);
    context.globalAlpha = 1;
    context.fillStyle = palette.muted;
    context.textBaseline = baseline;
    context.fillText(text, 2, y(value));
  }
}

/**
 * Where nothing of the lines is in sight, as with the last steps of a long text, a sentence instead of an empty strip.
 */
function paintWhere(context: CanvasRenderingContext2D, { scene, lines, heightPx }: Strip): void {
  const { columns, palette, state } = scene;
  const from = gradientFrom(state.gradient, state.tokens.length) ?? 0;
  if (from === 0 || columnsInSight(columns).to > from || lines.length === 0) return;
  context.fillStyle = palette.muted;
  context.font = '12px sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(
    say('Computed from step {0} on: press End to go there.', from.toLocaleString('en-US')),
    6,
    heightPx / 2,
  );
}

/** Thresholds lie so many decades from the norm of h at the loss step. */
function paintThresholds(context: CanvasRenderingContext2D, { scene, norms, lines, y, range }: Strip): void {
  const { columns, palette } = scene;
  const loss = norms.lossSteps.at(-1);
  const at = loss === undefined ? NaN : (lines[0]?.log10[loss] ?? NaN);
  context.font = '12px sans-serif';
  context.textAlign = 'left';
  for (const [name, distance] of [
    [say('a thousandth'), norms.thresholds.vanishingLog10],
    [say('a thousandfold'), norms.thresholds.explodingLog10],
  ] as const) {
    const value = at + distance;
    if (!(value > range.low && value < range.high)) continue;
    context.strokeStyle = palette.muted;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(0, Math.round(y(value)) + 0.5);
    context.lineTo(columns.plotWidthPx, Math.round(y(value)) + 0.5);
    context.stroke();
    context.setLineDash([]);
    const width = context.measureText(name).width;
    context.fillStyle = palette.background;
    const top = y(value) < nameHeightPx + 2 ? y(value) + 2 : y(value) - nameHeightPx - 1;
    context.fillRect(namesLeftPx, top, width + 6, nameHeightPx);
    context.fillStyle = palette.muted;
    context.textBaseline = 'top';
    context.fillText(name, namesLeftPx + 3, top + 1);
  }
}

/** Exact zeros of dL/dh as marks in a band of their own: no logarithm has a place for them. */
function paintZeros(context: CanvasRenderingContext2D, { scene, lines, heightPx }: Strip): void {
  const { columns, palette } = scene;
  const first = lines[0]?.log10;
  if (first === undefined) return;
  const sight = columnsInSight(columns);
  context.fillStyle = palette.muted;
  for (let step = sight.from; step < sight.to; step++) {
    if (first[step] !== -Infinity) continue;
    const width = Math.max(1, Math.min(4, columns.columnPx - 1));
    context.fillRect(leftOf(columns, step) + (columns.columnPx - width) / 2, heightPx - zeroBandPx + 3, width, 3);
  }
}

function paintLossStep(context: CanvasRenderingContext2D, { scene, norms, heightPx }: Strip): void {
  if (norms.lossSteps.length !== 1) return;
  const { columns, palette } = scene;
  const x = leftOf(columns, norms.lossSteps[0] ?? 0) + columns.columnPx / 2;
  context.fillStyle = palette.accent;
  context.fillRect(x - 0.75, 0, 1.5, heightPx - zeroBandPx);
  context.beginPath();
  context.moveTo(x - 6, 0);
  context.lineTo(x + 6, 0);
  context.lineTo(x, 9);
  context.fill();
}
