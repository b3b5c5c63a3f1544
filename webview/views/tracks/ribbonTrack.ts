import { type Tokens } from '../../../src/trace/reading/tokenList';
import { paintRibbon, type RibbonInput } from '../../paint/paintRibbon';
import { paintStale } from '../../paint/paintStale';
import { type StateScale, valueScaleOf, type ValueScale } from '../../scales/valueScale';
import { initialState, type InspectorState, shownStep } from '../../store/inspectorState';
import { ribbonSource, type RibbonSource, shownRibbon } from '../../store/ribbonValues';
import { say } from '../../theme/strings';
import { element, fitCanvas, setText } from '../element';
import { showToken } from '../fieldNames';
import { rangeWords } from '../legendBar';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

const textHeightPx = 28;
/** Rows without names are told by the axis: only their colours are shown. */
const colourHeightPx = 16;

/** Makes the ribbon of tokens, coloured by what is chosen. */
export function createRibbonTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame('ribbon', say('The text, token by token'));
  const name = element('span', { class: 'name' });
  const range = element('span', { class: 'name' });
  gutter.append(element('div', { class: 'gutter-name', children: [name, range] }));
  let heightPx = textHeightPx;
  let labels = labelsOf(initialState);
  const sourceOf = createSourceReader();
  const label = (state: InspectorState): void => {
    if (labels.tokens === state.tokens) return;
    labels = labelsOf(state);
    heightPx = labels.hasText ? textHeightPx : colourHeightPx;
    canvas.style.height = `${heightPx}px`;
  };

  return {
    root,
    paint: (scene) => {
      label(scene.state);
      const values = sourceOf(scene);
      const scale = scaleOf(values, scene.state.view.stateScale);
      const table = scale.kind === 'diverging' ? scene.tables.diverging : scene.tables.sequential;
      const what = ribbonName(shownRibbon(scene.state), shownStep(scene.state));
      setText(name, what);
      name.title = what;
      setText(range, what === '' ? '' : rangeWords(scale));
      range.title = scene.state.view.ribbon === 'connectivity' ? say('scale per token') : '';
      const context = fitCanvas(canvas, scene.columns.plotWidthPx, heightPx);
      paintRibbon(context, {
        columns: scene.columns,
        ...labels,
        borders: scene.state.borders,
        valueAt: values.valueAt,
        scale,
        table,
        heightPx,
        font: `13px ${scene.palette.monoFont}`,
        foreground: scene.palette.foreground,
      });
      paintStale(context, {
        columns: scene.columns,
        marks: scene.state.staleMarks,
        heightPx,
        colour: scene.palette.warning,
        background: scene.palette.background,
      });
    },
  };
}

/** Reads what colours the ribbon, once for as long as nothing it depends on has changed. */
function createSourceReader(): (scene: Scene) => RibbonSource {
  let source: RibbonSource | null = null;
  let known: readonly unknown[] = [];
  return ({ state, blocks }) => {
    const { view, gradient, why, dataVersion, predictions, effect } = state;
    const row = view.ribbon === 'connectivity' ? gradient.connectivity.get(shownStep(state) ?? -1) : null;
    const shares = view.ribbon === 'share' ? why.shown : null;
    const key = [row, shares, dataVersion, view.ribbon, view.layer, view.direction, view.unit, predictions, effect];
    if (source === null || key.some((part, k) => part !== known[k])) source = ribbonSource(state, blocks);
    known = key;
    return source;
  };
}

/** What the colours of the ribbon say, in a few words. */
export function ribbonName(ribbon: string, step: number | null): string {
  if (ribbon === 'connectivity') return step === null ? say('sensitivity') : say('on {0}', step);
  if (ribbon === 'change') return say('change');
  if (ribbon === 'surprise') return say('surprise');
  if (ribbon === 'answer') return say('answer');
  if (ribbon === 'share') return say('share');
  if (ribbon === 'none') return '';
  const [field = 'h', unit] = ribbon.split(':');
  if (unit === undefined) return say('mean {0}', field);
  return unit === 'chosen' ? say('{0} of unit', field) : say('{0} of {1}', field, unit);
}

function scaleOf(source: RibbonSource, chosen: StateScale | undefined): ValueScale {
  if (source.field === null && source.isSigned === true)
    return { kind: 'diverging', low: -source.largest, high: source.largest };
  if (source.field === null) return { kind: 'sequential', low: 0, high: source.largest };
  return valueScaleOf(source.field, source.largest, source.usual, chosen);
}

/** How the tokens are shown, found out as they come into sight: a text may have a million. */
interface Labels extends Pick<RibbonInput, 'labelAt' | 'startsWord' | 'usualLength'> {
  readonly tokens: Tokens;
  readonly hasText: boolean;
}

/** The labels of so many tokens, evenly spread, tell the usual length. */
const sampled = 512;

function labelsOf({ tokens, columns }: InspectorState): Labels {
  const labelAt = (step: number): string => {
    const text = tokens.at(step)?.text ?? '';
    return columns !== null && text === String(step) ? '' : showToken(text);
  };
  const sample = Array.from({ length: Math.min(sampled, tokens.length) }, (_, k) =>
    labelAt(Math.floor((k * tokens.length) / Math.min(sampled, tokens.length))),
  );
  return {
    tokens,
    labelAt,
    hasText: sample.some((label) => label !== ''),
    usualLength: median(sample.map((label) => label.length)),
    startsWord: (step) => startsWord(tokens, step),
  };
}

/** Whether a token begins a word: a letter or digit after something else. */
function startsWord(tokens: Tokens, step: number): boolean {
  const text = tokens.at(step)?.text ?? '';
  if (!isWord(text)) return false;
  return step === 0 || [...text].length > 1 || !isWord(tokens.at(step - 1)?.text ?? '');
}

function isWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function median(lengths: readonly number[]): number {
  return [...lengths].sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 1;
}
