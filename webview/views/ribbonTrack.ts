import { paintRibbon } from '../paint/paintRibbon';
import { paintStale } from '../paint/paintStale';
import { type StateScale, valueScaleOf, type ValueScale } from '../scales/valueScale';
import { shownStep } from '../store/inspectorState';
import { ribbonSource, type RibbonSource } from '../store/ribbonValues';
import { say } from '../theme/strings';
import { element, fitCanvas, setText } from './element';
import { showToken } from './fieldNames';
import { createLegendBar } from './legendBar';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

const textHeightPx = 36;
/** Rows without names are told by the axis: only their colours are shown. */
const colourHeightPx = 16;

/** Makes the ribbon of tokens, coloured by what is chosen. */
export function createRibbonTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame('ribbon', say('The text, token by token'));
  const legend = createLegendBar();
  const name = element('span', { class: 'name' });
  const reach = element('span', { class: 'name', text: say('scale per token') });
  gutter.append(element('div', { class: 'gutter-name', children: [name, reach, legend.root] }));
  let heightPx = textHeightPx;
  let labels: readonly string[] = [];
  let usualLength = 1;
  let starts: Uint8Array = new Uint8Array();
  let labelled: unknown;
  let source: RibbonSource | null = null;
  let sourceKey: readonly unknown[] = [];

  const prepare = ({ state, blocks }: Scene): RibbonSource => {
    if (labelled !== state.tokens) {
      labelled = state.tokens;
      labels = state.tokens.map((token, step) => (state.columns !== null && token.text === String(step) ? '' : showToken(token.text)));
      heightPx = labels.some((label) => label !== '') ? textHeightPx : colourHeightPx;
      canvas.style.height = `${heightPx}px`;
      usualLength = median(labels.map((label) => label.length));
      starts = wordStarts(state.tokens.map((token) => token.text));
    }
    const row = state.view.ribbon === 'connectivity' ? state.gradient.connectivity.get(shownStep(state) ?? -1) : null;
    const key = [row, state.dataVersion, state.view.ribbon, state.view.layer, state.view.direction, state.view.unit, state.predictions];
    if (source === null || key.some((part, k) => part !== sourceKey[k])) source = ribbonSource(state, blocks);
    sourceKey = key;
    return source;
  };

  return {
    root,
    paint: (scene) => {
      const values = prepare(scene);
      const scale = scaleOf(values, scene.state.view.stateScale);
      const table = scale.kind === 'diverging' ? scene.tables.diverging : scene.tables.sequential;
      legend.update(scale, table);
      reach.hidden = scene.state.view.ribbon !== 'connectivity';
      const what = ribbonName(scene.state.view.ribbon, shownStep(scene.state));
      setText(name, scale.shape === undefined ? what : `${what}, ${say(scale.shape)}`);
      const context = fitCanvas(canvas, scene.columns.plotWidthPx, heightPx);
      paintRibbon(context, {
        columns: scene.columns,
        labels,
        usualLength,
        startsWord: (step) => starts[step] === 1,
        borders: scene.state.borders,
        valueAt: values.valueAt,
        scale,
        table,
        heightPx,
        font: `13px ${scene.palette.monoFont}`,
        foreground: scene.palette.foreground,
      });
      paintStale(context, { columns: scene.columns, marks: scene.state.staleMarks, heightPx, colour: scene.palette.warning, background: scene.palette.background });
    },
  };
}

/** What the colours of the ribbon say, in a few words. */
export function ribbonName(ribbon: string, step: number | null): string {
  if (ribbon === 'connectivity') return step === null ? say('influence') : say('on step {0}', step);
  if (ribbon === 'surprise') return say('surprise, nats');
  if (ribbon === 'none') return '';
  const [field = 'h', unit] = ribbon.split(':');
  if (unit === undefined) return say('mean of {0}', field);
  return unit === 'chosen' ? say('{0}, chosen unit', field) : say('{0} of unit {1}', field, unit);
}

function scaleOf(source: RibbonSource, chosen: StateScale | undefined): ValueScale {
  if (source.field === null) return { kind: 'sequential', low: 0, high: source.largest };
  return valueScaleOf(source.field, source.largest, source.usual, chosen);
}

/** 1 where a token begins a word: a letter or digit after something else. */
function wordStarts(texts: readonly string[]): Uint8Array {
  const isWord = (text: string | undefined): boolean => text !== undefined && /[\p{L}\p{N}]/u.test(text);
  return Uint8Array.from(texts, (text, step) => (isWord(text) && ([...text].length > 1 || !isWord(texts[step - 1])) ? 1 : 0));
}

function median(lengths: readonly number[]): number {
  return [...lengths].sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 1;
}
