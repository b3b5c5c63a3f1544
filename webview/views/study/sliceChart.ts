import { area as d3area, line as d3line } from 'd3';
import { type SurrogateReport } from '../../../src/trace/lab/studyReport';
import { say } from '../../theme/strings';
import {
  type Chart,
  createChart,
  drawBottomAxis,
  drawLeftAxis,
  type Frame,
  line,
  type PlotArea,
  writeText,
} from './chart';
import { formatNumber, scaleOfNumbers, scaleOfParameter, type ValueScale } from './parameterScale';
import {
  colourByRank,
  describeTrial,
  drawnTrials,
  isValued,
  nameOfObjective,
  objectiveScale,
  type StudyLook,
} from './trialLook';

/** A study along one hyperparameter; the surrogate is null until it is there. */
export interface SliceLook extends StudyLook {
  readonly parameter: string;
  readonly surrogate: SurrogateReport | null;
}

interface Cut {
  readonly look: SliceLook;
  readonly area: PlotArea;
  readonly across: ValueScale;
  readonly objective: ValueScale;
  /** Place of a value of the parameter, in CSS pixels. */
  x(value: Parameters<ValueScale['at']>[0]): number;
  y(value: number): number;
}

const improvementPx = 64;

/**
 * Objective against one hyperparameter: the trials, the surrogate's mean and band, and under them the expected
 * improvement.
 */
export function createSliceChart(onFocus: (trial: number | null) => void): Chart<SliceLook> {
  return createChart<SliceLook>({
    class: 'study-slice',
    label: say('Objective against one hyperparameter, with the surrogate and its expected improvement'),
    heightOf: (widthPx) => Math.max(250, Math.min(340, widthPx * 0.5)) + improvementPx,
    draw: (frame, look) => drawSlice(frame, look, onFocus),
  });
}

function drawSlice(frame: Frame, look: SliceLook, onFocus: (trial: number | null) => void): void {
  const parameter = look.report.parameters.find(({ name }) => name === look.parameter);
  if (parameter === undefined) return;
  const foot = frame.heightPx - 42;
  const area: PlotArea = { left: 66, right: frame.widthPx - 14, top: 10, bottom: foot - improvementPx - 14 };
  const across = scaleOfParameter(parameter);
  const { surrogate } = look;
  const objective = objectiveScale(look.report, surrogate === null ? [] : [...surrogate.low, ...surrogate.high]);
  const cut: Cut = {
    look,
    area,
    across,
    objective,
    x: (value) => area.left + 6 + (area.right - area.left - 12) * across.at(value),
    y: (value) => area.bottom + (area.top - area.bottom) * objective.at(value),
  };
  const { palette } = look;
  drawLeftAxis(frame, area, { ticks: objective.ticks, name: nameOfObjective(look.report), palette });
  const under = { ...area, top: foot - improvementPx, bottom: foot };
  const ticks = across.ticks.map(({ at, label }) => ({
    at: (6 + (area.right - area.left - 12) * at) / (area.right - area.left),
    label,
  }));
  drawBottomAxis(frame, under, { ticks, name: look.parameter, palette });
  if (surrogate !== null) {
    drawSurrogate(frame, cut, surrogate);
    drawImprovement(frame, cut, { surrogate, under });
  }
  drawTrials(frame, cut, onFocus);
}

function drawTrials({ svg }: Frame, { look, x, y }: Cut, onFocus: (trial: number | null) => void): void {
  const { report, palette, parameter, focus } = look;
  const colour = colourByRank(report, palette);
  for (const trial of drawnTrials(report)) {
    if (!isValued(trial)) continue;
    const left = x(trial.parameters[parameter]);
    if (Number.isNaN(left)) continue;
    const isComplete = trial.state === 'complete';
    const dot = svg
      .append('circle')
      .attr('cx', left)
      .attr('cy', y(trial.value))
      .attr('r', focus === trial.number ? 6 : 3.5)
      .attr('data-trial', trial.number);
    dot
      .attr('fill', isComplete ? colour(trial) : palette.background)
      .attr('stroke', focus === trial.number ? palette.foreground : isComplete ? palette.background : palette.muted)
      .attr('stroke-width', isComplete ? 0.8 : 1.3);
    dot.append('title').text(describeTrial(report, trial));
    dot.on('pointerenter', () => onFocus(trial.number)).on('pointerleave', () => onFocus(null));
  }
}

function drawSurrogate(frame: Frame, { look, across, x, y }: Cut, { values, mean, low, high }: SurrogateReport): void {
  const { palette } = look;
  const colour = palette.lines['g'] ?? palette.foreground;
  const places = values.map((_, k) => k);
  if (across.isDiscrete) {
    for (const k of places) {
      const left = x(values[k]);
      line(frame, [left, y(low[k] ?? NaN), left, y(high[k] ?? NaN)], colour)
        .attr('stroke-width', 12)
        .attr('stroke-opacity', 0.2);
      line(frame, [left - 10, y(mean[k] ?? NaN), left + 10, y(mean[k] ?? NaN)], colour).attr('stroke-width', 2);
    }
    return;
  }
  const at = (k: number): number => x(values[k]);
  const band = d3area<number>()
    .x(at)
    .y0((k) => y(low[k] ?? NaN))
    .y1((k) => y(high[k] ?? NaN));
  const path = d3line<number>()
    .x(at)
    .y((k) => y(mean[k] ?? NaN));
  frame.svg
    .append('path')
    .attr('class', 'surrogate-band')
    .attr('d', band(places))
    .attr('fill', colour)
    .attr('fill-opacity', 0.16);
  frame.svg
    .append('path')
    .attr('class', 'surrogate-mean')
    .attr('d', path(places))
    .attr('fill', 'none')
    .attr('stroke', colour)
    .attr('stroke-width', 2);
}

function drawImprovement(
  frame: Frame,
  { look, across, x }: Cut,
  { surrogate, under }: { readonly surrogate: SurrogateReport; readonly under: PlotArea },
): void {
  const { palette } = look;
  const colour = palette.lines['o'] ?? palette.foreground;
  const { values, improvement } = surrogate;
  const most = Math.max(...improvement);
  const scale = scaleOfNumbers(0, most > 0 ? most : 1);
  const y = (value: number): number => under.bottom + (under.top - under.bottom) * scale.at(value);
  const places = values.map((_, k) => k);
  if (across.isDiscrete)
    for (const k of places)
      line(frame, [x(values[k]), under.bottom, x(values[k]), y(improvement[k] ?? 0)], colour)
        .attr('stroke-width', 12)
        .attr('stroke-opacity', 0.6);
  else {
    const shape = d3area<number>()
      .x((k) => x(values[k]))
      .y0(under.bottom)
      .y1((k) => y(improvement[k] ?? 0));
    frame.svg
      .append('path')
      .attr('class', 'improvement')
      .attr('d', shape(places))
      .attr('fill', colour)
      .attr('fill-opacity', 0.3)
      .attr('stroke', colour);
  }
  writeText(frame, formatNumber(most), { x: under.left - 8, y: under.top + 9, anchor: 'end', colour: palette.muted });
  writeText(frame, '0', { x: under.left - 8, y: under.bottom + 1, anchor: 'end', colour: palette.muted });
  writeText(frame, say('expected improvement'), {
    x: under.right,
    y: under.top - 3,
    anchor: 'end',
    colour: palette.muted,
  });
  const next = x(surrogate.next[surrogate.parameter]);
  line(frame, [next, 10, next, under.bottom], palette.foreground)
    .attr('stroke-dasharray', '4 3')
    .attr('class', 'next-point');
}
