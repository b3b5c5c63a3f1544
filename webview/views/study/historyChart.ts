import { scaleLinear } from 'd3';
import { say } from '../../theme/strings';
import { type Chart, createChart, drawBottomAxis, drawLeftAxis, type Frame, line, type PlotArea } from './chart';
import { describeTrial, nameOfObjective, drawnTrials, objectiveScale, type StudyLook } from './trialLook';

/** The objective of every trial in its order, and the best so far. `onFocus` hears which trial is pointed at. */
export function createHistoryChart(onFocus: (trial: number | null) => void): Chart<StudyLook> {
  return createChart<StudyLook>({
    class: 'study-history',
    label: say('Objective of each trial, and the best so far'),
    heightOf: (widthPx) => Math.max(220, Math.min(320, widthPx * 0.5)),
    draw: (frame, look) => drawHistory(frame, look, onFocus),
  });
}

function drawHistory(frame: Frame, look: StudyLook, onFocus: (trial: number | null) => void): void {
  const { report, palette } = look;
  const area: PlotArea = { left: 66, right: frame.widthPx - 14, top: 10, bottom: frame.heightPx - 42 };
  const drawn = drawnTrials(report);
  const first = drawn[0]?.number ?? 0;
  const last = Math.max(
    first + 1,
    report.trials.at(-1)?.number ?? 0,
    report.count === report.trials.length ? (report.goal ?? 1) - 1 : 0,
  );
  const across = scaleLinear([first, last], [0, 1]);
  const scale = objectiveScale(report);
  const x = (number: number): number => area.left + 4 + (area.right - area.left - 8) * across(number);
  const y = (value: number): number => area.bottom + (area.top - area.bottom) * scale.at(value);
  drawLeftAxis(frame, area, { ticks: scale.ticks, name: nameOfObjective(report), palette });
  const whole = across.ticks(Math.max(2, frame.widthPx / 90)).filter(Number.isInteger);
  drawBottomAxis(frame, area, {
    ticks: whole.map((number) => ({ at: (x(number) - area.left) / (area.right - area.left), label: String(number) })),
    name: say('trial'),
    palette,
  });
  drawBest(frame, look, { x, y, right: area.right });
  for (const trial of drawn) {
    const isValued = trial.value !== undefined && Number.isFinite(trial.value);
    if (!isValued && trial.state !== 'fail' && trial.state !== 'running') continue;
    const top = isValued ? y(trial.value ?? 0) : area.bottom - 6;
    const mark = drawMark(frame, { x: x(trial.number), y: top, state: trial.state }, look);
    mark.append('title').text(describeTrial(report, trial));
    mark.on('pointerenter', () => onFocus(trial.number)).on('pointerleave', () => onFocus(null));
    if (look.focus === trial.number)
      line(frame, [x(trial.number), area.top, x(trial.number), area.bottom], palette.foreground)
        .attr('stroke-opacity', 0.5)
        .attr('pointer-events', 'none');
  }
}

/** Complete: a full dot. Pruned: a ring. Failed: a cross at the foot. Running: a small square at the foot. */
function drawMark(
  { svg }: Frame,
  { x, y, state }: { readonly x: number; readonly y: number; readonly state: string },
  { palette }: StudyLook,
) {
  const group = svg.append('g').attr('transform', `translate(${x},${y})`).attr('data-state', state);
  const colour = palette.lines['i'] ?? palette.foreground;
  group.append('circle').attr('r', 7).attr('fill', 'transparent');
  if (state === 'complete') group.append('circle').attr('r', 3.5).attr('fill', colour);
  else if (state === 'pruned')
    group
      .append('circle')
      .attr('r', 3.2)
      .attr('fill', palette.background)
      .attr('stroke', palette.muted)
      .attr('stroke-width', 1.4);
  else if (state === 'fail')
    group
      .append('path')
      .attr('d', 'M-3.5,-3.5L3.5,3.5M-3.5,3.5L3.5,-3.5')
      .attr('stroke', palette.lines['f'] ?? palette.foreground)
      .attr('stroke-width', 1.6);
  else
    group
      .append('rect')
      .attr('x', -3)
      .attr('y', -3)
      .attr('width', 6)
      .attr('height', 6)
      .attr('fill', 'none')
      .attr('stroke', colour)
      .attr('stroke-width', 1.4);
  return group;
}

function drawBest(
  { svg }: Frame,
  { report, palette }: StudyLook,
  at: { x(number: number): number; y(value: number): number; readonly right: number },
): void {
  const steps = (report.histories[0] ?? []).filter(([, value]) => Number.isFinite(value));
  const path = steps.map(
    ([number, value], k) => `${k === 0 ? 'M' : 'H'}${at.x(number)}${k === 0 ? ',' : 'V'}${at.y(value)}`,
  );
  if (path.length > 0)
    svg
      .append('path')
      .attr('class', 'best-so-far')
      .attr('d', `${path.join('')}H${at.right}`)
      .attr('fill', 'none')
      .attr('stroke', palette.lines['f'] ?? palette.foreground)
      .attr('stroke-width', 2);
}
