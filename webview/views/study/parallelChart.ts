import { brushY, type D3BrushEvent, select } from 'd3';
import { say } from '../../theme/strings';
import { element } from '../element';
import { writeText, type Frame, line } from './chart';
import { scaleOfParameter, type ValueScale } from './parameterScale';
import {
  colourByRank,
  describeTrial,
  drawnTrials,
  isValued,
  nameOfObjective,
  objectiveScale,
  type StudyLook,
  type ValuedTrial,
  valuedTrials,
} from './trialLook';

/** Ranges that are chosen on the axes, from 0 to 1, by the axis' name. */
export type Brushes = ReadonlyMap<string, readonly [number, number]>;

/**
 * Parallel coordinates: a line a trial over an axis a hyperparameter, the objective last; ranges on the axes choose
 * trials.
 */
export interface ParallelChart {
  readonly root: HTMLElement;
  update(look: StudyLook): void;
  clear(): void;
}

interface Axis {
  readonly name: string;
  readonly label: string;
  readonly scale: ValueScale;
  readonly valueOf: (trial: ValuedTrial) => number;
}

const axisPx = 74;
const margin = { top: 34, bottom: 12, side: 50 };
const heightPx = 360;

/** Makes the chart. `onBrush` hears the trials that lie in all chosen ranges, null where none is chosen. */
export function createParallelChart(
  onBrush: (chosen: ReadonlySet<number> | null) => void,
  onFocus: (trial: number | null) => void,
): ParallelChart {
  const root = element('div', {
    class: 'study-chart study-parallel',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Parallel coordinates') },
  });
  const svg = select(root)
    .append('svg')
    .attr('role', 'group')
    .attr('aria-label', say('A line for each trial over its hyperparameters and its objective'));
  const brushes = new Map<string, readonly [number, number]>();
  let latest: StudyLook | null = null;
  let isBrushing = false;
  let drawnPx = 0;

  const chosen = (look: StudyLook): ReadonlySet<number> | null =>
    brushes.size === 0 ? null : new Set(chosenTrials(look, brushes).map(({ number }) => number));
  const dim = (look: StudyLook): void => fade(svg.node() as SVGSVGElement, chosen(look), look.focus);
  const tell = (): void => {
    if (latest === null) return;
    dim(latest);
    onBrush(chosen(latest));
  };
  const redraw = (): void => {
    if (latest === null || isBrushing || root.clientWidth === 0) return;
    drawnPx = root.clientWidth;
    const brushing = { brushes, tell, onBrushing: (now: boolean) => (isBrushing = now) };
    drawAll(svg, { look: latest, widthPx: drawnPx, brushing }, onFocus);
    dim(latest);
  };
  new ResizeObserver(() => {
    if (root.clientWidth !== drawnPx) redraw();
  }).observe(root);
  return {
    root,
    update: (look) => {
      const isSame = latest?.report === look.report && latest.palette.kind === look.palette.kind && drawnPx > 0;
      latest = look;
      if (isSame) dim(look);
      else redraw();
    },
    clear: () => {
      brushes.clear();
      redraw();
      tell();
    },
  };
}

interface Drawing {
  readonly look: StudyLook;
  readonly widthPx: number;
  readonly brushing: Parameters<typeof drawAxis>[2];
}

/** Draws every line and axis anew, at least {@link axisPx} apart. */
function drawAll(svg: Frame['svg'], drawing: Drawing, onFocus: (trial: number | null) => void): void {
  const { look, brushing } = drawing;
  const axes = axesOf(look);
  const widthPx = Math.max(drawing.widthPx, margin.side * 2 + axisPx * (axes.length - 1));
  svg.attr('width', widthPx).attr('height', heightPx).selectAll('*').remove();
  const frame: Frame = { svg, widthPx, heightPx };
  const gap = axes.length < 2 ? 0 : (widthPx - 2 * margin.side) / (axes.length - 1);
  const x = (k: number): number => margin.side + gap * k;
  drawLines(frame, { look, axes, x }, onFocus);
  axes.forEach((axis, k) => drawAxis(frame, { axis, left: x(k), look }, brushing));
}

function axesOf({ report }: StudyLook): readonly Axis[] {
  const objective = objectiveScale(report);
  const own = report.parameters.map((parameter): Axis => {
    const scale = scaleOfParameter(parameter);
    return {
      name: parameter.name,
      label: parameter.name,
      scale,
      valueOf: ({ parameters }) => scale.at(parameters[parameter.name]),
    };
  });
  return [
    ...own,
    { name: '', label: nameOfObjective(report), scale: objective, valueOf: ({ value }) => objective.at(value) },
  ];
}

function chosenTrials(look: StudyLook, brushes: Brushes): readonly ValuedTrial[] {
  const axes = axesOf(look).filter(({ name }) => brushes.has(name));
  return valuedTrials(look.report).filter((trial) =>
    axes.every(({ name, valueOf }) => {
      const [low, high] = brushes.get(name) ?? [0, 1];
      const at = valueOf(trial);
      return at >= low && at <= high;
    }),
  );
}

const y = (at: number): number => heightPx - margin.bottom + (margin.top - heightPx + margin.bottom) * at;

function drawLines(
  { svg }: Frame,
  { look, axes, x }: { readonly look: StudyLook; readonly axes: readonly Axis[]; readonly x: (k: number) => number },
  onFocus: (trial: number | null) => void,
): void {
  const colour = colourByRank(look.report, look.palette);
  const sign = look.report.direction === 'minimize' ? -1 : 1;
  // The best last, so that it lies on top.
  for (const trial of drawnTrials(look.report)
    .filter(isValued)
    .sort((a, b) => sign * (a.value - b.value))) {
    const points = axes.flatMap(({ valueOf }, k) => {
      const at = valueOf(trial);
      return Number.isNaN(at) ? [] : [`${x(k)},${y(at)}`];
    });
    const path = svg
      .append('path')
      .attr('class', 'trial-line')
      .attr('data-trial', trial.number)
      .attr('d', `M${points.join('L')}`);
    path
      .attr('fill', 'none')
      .attr('stroke', colour(trial))
      .attr('stroke-width', 1.6)
      .attr('stroke-dasharray', trial.state === 'pruned' ? '4 3' : null);
    path.append('title').text(describeTrial(look.report, trial));
    path.on('pointerenter', () => onFocus(trial.number)).on('pointerleave', () => onFocus(null));
  }
}

function fade(node: SVGSVGElement, chosen: ReadonlySet<number> | null, focus: number | null): void {
  for (const path of node.querySelectorAll<SVGPathElement>('.trial-line')) {
    const trial = Number(path.dataset['trial']);
    const isIn = chosen === null || chosen.has(trial);
    path.setAttribute('stroke-opacity', trial === focus ? '1' : isIn ? '0.85' : '0.08');
    path.setAttribute('stroke-width', trial === focus ? '3.5' : '1.6');
  }
}

interface Brushing {
  readonly brushes: Map<string, readonly [number, number]>;
  tell(): void;
  onBrushing(isOn: boolean): void;
}

function drawAxis(
  frame: Frame,
  { axis, left, look }: { readonly axis: Axis; readonly left: number; readonly look: StudyLook },
  brushing: Brushing,
): void {
  const { palette } = look;
  line(frame, [left, y(0), left, y(1)], palette.foreground).attr('stroke-opacity', 0.6);
  for (const { at, label } of axis.scale.ticks) {
    const text = label.length > 9 ? `${label.slice(0, 8)}\u2026` : label;
    line(frame, [left - 3, y(at), left + 3, y(at)], palette.foreground);
    writeText(frame, text, { x: left - 6, y: y(at) + 4, anchor: 'end', colour: palette.foreground, sizePx: 10 })
      .attr('class', 'axis-label')
      .attr('stroke', palette.background)
      .attr('stroke-width', 4)
      .attr('paint-order', 'stroke');
  }
  const words = axis.label.split(/[ _,]+/);
  const half = words.length > 1 ? Math.ceil(words.length / 2) : 1;
  [words.slice(0, half), words.slice(half)].forEach((part, row) =>
    writeText(frame, part.join(' '), {
      x: left,
      y: 11 + 12 * row,
      anchor: 'middle',
      colour: palette.muted,
      sizePx: 11,
    }),
  );
  attachBrush(frame, { axis, left }, brushing);
}

/**
 * A range by the mouse, or, on the axis in focus, by the arrows: up and down move it, with Shift they widen and narrow
 * it, Escape drops it.
 */
function attachBrush(
  { svg }: Frame,
  { axis, left }: { readonly axis: Axis; readonly left: number },
  { brushes, tell, onBrushing }: Brushing,
): void {
  const toRange = ([top, bottom]: readonly [number, number]): readonly [number, number] => [
    (bottom - y(0)) / (y(1) - y(0)),
    (top - y(0)) / (y(1) - y(0)),
  ];
  const brush = brushY<unknown>().extent([
    [left - 12, y(1)],
    [left + 12, y(0)],
  ]);
  const group = svg.append('g').attr('class', 'axis-brush').attr('data-axis', axis.name);
  group.call(brush);
  const set = (range: readonly [number, number] | undefined): void => {
    if (range === undefined) brushes.delete(axis.name);
    else brushes.set(axis.name, range);
  };
  const current = brushes.get(axis.name);
  if (current !== undefined) group.call(brush.move, [y(current[1]), y(current[0])]);
  brush.on('start brush end', (event: D3BrushEvent<unknown>) => {
    if (event.sourceEvent === null || event.sourceEvent === undefined) return;
    onBrushing(event.type !== 'end');
    set(event.selection === null ? undefined : toRange(event.selection as [number, number]));
    tell();
  });
  group
    .attr('tabindex', 0)
    .attr('role', 'slider')
    .attr('aria-label', say('Range of {0}', axis.label))
    .attr('aria-orientation', 'vertical')
    .attr('aria-valuemin', 0)
    .attr('aria-valuemax', 100);
  const speak = (): void => {
    const [low, high] = brushes.get(axis.name) ?? [0, 1];
    group
      .attr('aria-valuenow', Math.round(50 * (low + high)))
      .attr('aria-valuetext', say('{0} to {1} % of the axis', Math.round(100 * low), Math.round(100 * high)));
  };
  speak();
  group.on('keydown', (event: KeyboardEvent) => {
    const range = movedRange(brushes.get(axis.name), event);
    if (range === null) return;
    event.preventDefault();
    set(range === 'none' ? undefined : range);
    group.call(brush.move, range === 'none' ? null : [y(range[1]), y(range[0])]);
    speak();
    tell();
  });
}

/** What a key makes of a range; null for another key. */
export function movedRange(
  range: readonly [number, number] | undefined,
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
): readonly [number, number] | 'none' | null {
  if (key === 'Escape') return 'none';
  const by = { ArrowUp: 0.1, ArrowDown: -0.1 }[key];
  if (by === undefined) return null;
  const [low, high] = range ?? (by > 0 ? [0.7, 0.9] : [0.1, 0.3]);
  if (shiftKey) return [low, Math.min(1, Math.max(low + 0.05, high + by))];
  const width = high - low;
  const moved = Math.min(1 - width, Math.max(0, low + by));
  return [moved, moved + width];
}
