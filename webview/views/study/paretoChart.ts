import { extent } from 'd3';
import { say } from '../../theme/strings';
import { type Chart, createChart, drawBottomAxis, drawLeftAxis, type PlotArea } from './chart';
import { scaleOfNumbers, type ValueScale } from './parameterScale';
import { describeTrial, drawnTrials, isBest, nameOfObjectiveAt, type StudyLook } from './trialLook';

/** Two of a study's objectives against each other; the trials of the Pareto front are filled. */
export interface ParetoLook extends StudyLook {
  /** The objective that runs across, from 0; the next one runs up. */
  readonly objective: number;
}

/** Makes the chart. `onFocus` hears which trial is pointed at. */
export function createParetoChart(onFocus: (trial: number | null) => void): Chart<ParetoLook> {
  return createChart<ParetoLook>({
    class: 'study-pareto',
    label: say('Two objectives of each trial, and the Pareto front'),
    heightOf: (widthPx) => Math.max(220, Math.min(320, widthPx * 0.5)),
    draw: ({ svg, widthPx, heightPx }, look) => {
      const { report, palette, objective, focus } = look;
      const frame = { svg, widthPx, heightPx };
      const area: PlotArea = { left: 66, right: widthPx - 14, top: 10, bottom: heightPx - 42 };
      const up = (objective + 1) % report.directions.length;
      const points = drawnTrials(report).flatMap((trial) => {
        const [left, top] = [trial.values?.[objective], trial.values?.[up]];
        return trial.state === 'complete' && isFiniteNumber(left) && isFiniteNumber(top) ? [{ trial, left, top }] : [];
      });
      const [across, along] = [scaleOf(points.map(({ left }) => left)), scaleOf(points.map(({ top }) => top))];
      drawLeftAxis(frame, area, { ticks: along.ticks, name: nameOfObjectiveAt(report, up), palette });
      drawBottomAxis(frame, area, { ticks: across.ticks, name: nameOfObjectiveAt(report, objective), palette });
      for (const { trial, left, top } of points) {
        const isFront = isBest(report, trial.number);
        const dot = svg
          .append('circle')
          .attr('cx', area.left + (area.right - area.left) * across.at(left))
          .attr('cy', area.bottom + (area.top - area.bottom) * along.at(top))
          .attr('r', focus === trial.number ? 6 : isFront ? 4.5 : 3)
          .attr('data-trial', trial.number)
          .attr('fill', isFront ? (palette.lines['f'] ?? palette.foreground) : 'none')
          .attr('stroke', isFront ? palette.background : palette.muted)
          .attr('stroke-width', 1.2);
        dot.append('title').text(describeTrial(report, trial));
        dot.on('pointerenter', () => onFocus(trial.number)).on('pointerleave', () => onFocus(null));
      }
    },
  });
}

function isFiniteNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

function scaleOf(values: readonly number[]): ValueScale {
  const [low = 0, high = 1] = extent(values);
  const room = high > low ? 0.06 * (high - low) : Math.max(0.5, Math.abs(high) * 0.1);
  return scaleOfNumbers(low - room, high + room);
}
