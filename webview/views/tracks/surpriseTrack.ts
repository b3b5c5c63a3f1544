import { columnsInSight, leftOf } from '../../scales/columns';
import { roundUp } from '../../scales/valueScale';
import { say } from '../../theme/strings';
import { element, fitCanvas, setText } from '../element';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

/** Makes the surprise at every token as bars: -ln p(token | what came before), in nats. */
export function createSurpriseTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame('surprise', say('Surprise at every token, in nats'));
  const range = element('span', { class: 'name' });
  gutter.append(
    element('div', {
      class: 'gutter-name',
      children: [element('span', { class: 'name', text: say('surprise') }), range],
    }),
  );
  let heightPx = 44;
  root.hidden = true;
  let known: Float32Array | null = null;
  let largest = 1;
  return {
    root,
    setHeight: (next) => {
      heightPx = next;
      canvas.style.height = `${next}px`;
    },
    paint: (scene) => {
      const surprise = scene.state.predictions?.surprise ?? null;
      if (surprise !== known) {
        known = surprise;
        largest = surprise === null ? 0 : largestFinite(surprise);
        setText(range, say('{0} to {1}', '0', String(largest)));
      }
      root.hidden = surprise === null || largest === 0;
      if (surprise !== null && largest > 0)
        paintBars(fitCanvas(canvas, scene.columns.plotWidthPx, heightPx), scene, { surprise, largest, heightPx });
    },
  };
}

/** The largest finite surprise, rounded up; 0 where there is none. */
function largestFinite(values: Float32Array): number {
  let largest = 0;
  for (const value of values) if (value > largest && value < Infinity) largest = value;
  return largest === 0 ? 0 : roundUp(largest);
}

function paintBars(
  context: CanvasRenderingContext2D,
  { columns, palette }: Scene,
  { surprise, largest, heightPx }: { surprise: Float32Array; largest: number; heightPx: number },
): void {
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  context.fillStyle = palette.grid;
  context.fillRect(0, heightPx - 1, columns.plotWidthPx, 1);
  context.fillStyle = palette.lines['f'] ?? palette.foreground;
  const sight = columnsInSight(columns);
  const group = Math.max(1, Math.floor(1 / columns.columnPx));
  const gap = columns.columnPx >= 4 ? 1 : 0;
  for (let step = sight.from - (sight.from % group); step < sight.to; step += group) {
    let value = NaN;
    for (let k = step; k < step + group; k++)
      value = Number.isNaN(value) ? (surprise[k] ?? NaN) : Math.max(value, surprise[k] ?? value);
    if (Number.isNaN(value)) continue;
    const height = Math.min(1, value / largest) * (heightPx - 2);
    context.fillRect(leftOf(columns, step) + gap / 2, heightPx - 1 - height, columns.columnPx * group - gap, height);
  }
}
