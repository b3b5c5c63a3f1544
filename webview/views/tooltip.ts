import { type PredictionTrack } from '../../src/trace/reading/predictionTrack';
import { isChanged } from '../../src/trace/reading/staleMarks';
import { gradientFrom } from '../store/gradientState';
import { type InspectorState, shownLayer } from '../store/inspectorState';
import { type TraceBlocks } from '../store/traceBlocks';
import { inputsAt } from '../store/inputColumns';
import { say } from '../theme/strings';
import { element, setText } from './element';
import { formatValue, nameOfField, showToken } from './fieldNames';
import { gradientLines, sayLog10 } from './tracks/gradientTrack';
import { type View } from './view';

/** A small box beside the mouse with the value under it. Hidden from screen readers, which hear the live region. */
export function createTooltip(plots: HTMLElement, blocks: TraceBlocks): View & { readonly root: HTMLElement } {
  const root = element('div', { class: 'tooltip', attributes: { 'aria-hidden': 'true' } });
  root.hidden = true;
  plots.addEventListener('pointermove', (event) => {
    const isLeft = event.clientX > window.innerWidth - 240;
    const isLow = event.clientY > window.innerHeight - 60;
    root.style.transform = `translate(${event.clientX + (isLeft ? -14 : 14)}px, ${event.clientY + (isLow ? -14 : 14)}px) translate(${isLeft ? '-100%' : '0'}, ${isLow ? '-100%' : '0'})`;
  });
  return {
    root,
    update: (state) => {
      const text = textOf(state, blocks);
      root.hidden = text === null;
      if (text !== null) setText(root, text);
    },
  };
}

/** Which token it is, or which row and what it holds in the column that is drawn. */
function placeOf(state: InspectorState, step: number): string {
  const text = showToken(state.tokens.at(step)?.text ?? '');
  if (state.columns === null) return say('step {0}, {1}', step, text);
  const row = text === String(step) ? say('row {0}', step) : say('row {0}, {1}', step, text);
  const [input] = inputsAt(state, step);
  return input === undefined ? row : `${row}\n${input.name}: ${formatValue(input.value)}`;
}

function textOf(state: InspectorState, blocks: TraceBlocks): string | null {
  const { hover } = state;
  const shape = shownLayer(state);
  if (hover === null || shape === undefined) return null;
  const place = placeOf(state, hover.step);
  const token = isChanged(state.staleMarks, hover.step) ? `${place}\n${say('changed since it was read')}` : place;
  if (hover.unit === null || hover.field === null) return [...trackValues(state, hover.step), token].join('\n');
  const value = blocks.column(shape, hover.field as 'h', hover.step)?.[hover.unit];
  return `${nameOfField(hover.field as 'h')} ${say('of unit {0}', hover.unit)}: ${value === undefined ? '\u2026' : formatValue(value)}\n${token}`;
}

/** What a track without units says of a step. */
function trackValues(state: InspectorState, step: number): readonly string[] {
  const { hover, predictions, gradient, tokens } = state;
  if (hover?.field === 'gradient') {
    const isLeftOut = step < (gradientFrom(gradient, tokens.length) ?? 0);
    return [
      say('log10 of the norm'),
      ...gradientLines(state).map(
        ({ name, log10 }) => `${name}  ${isLeftOut ? say('left out') : sayLog10(log10[step] ?? NaN)}`,
      ),
    ];
  }
  if (predictions === null) return [];
  const surprise = predictions.surprise[step] ?? NaN;
  if (hover?.field === 'surprise')
    return Number.isNaN(surprise) ? [] : [say('surprise {0} nats', formatValue(surprise))];
  return hover?.field === 'predictions' ? expectedAt(predictions, step) : [];
}

function expectedAt({ top, indices, probabilities, names }: PredictionTrack, step: number): readonly string[] {
  return Array.from({ length: top }, (_, k) => step * top + k)
    .filter((at) => (indices[at] ?? -1) >= 0)
    .map(
      (at) => `${showToken(names[indices[at] ?? 0] ?? String(indices[at]))}  ${formatValue(probabilities[at] ?? NaN)}`,
    );
}
