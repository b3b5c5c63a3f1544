import { type LossChoice } from '../../../src/trace/reading/gradients';
import { estimateGradients, sayCost, stepsOffered, stepsUnasked } from '../../../src/trace/reading/gradientCost';
import { type LossMatrix } from '../../../src/trace/reading/lossMatrix';
import { type ColourTable } from '../../scales/colourTable';
import { gradientFrom, type GradientState } from '../../store/gradientState';
import { type Action, type InspectorState, shownStep } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { createButton, createChoice } from '../controls';
import { element, setText } from '../element';
import { formatValue, nameOfField } from '../fieldNames';
import { gradientLines, powerOfTen, sayLog10 } from '../tracks/gradientTrack';
import { createLegendBar } from '../legendBar';
import { targetKey, targetOfKey, targetOptions } from './lossTarget';
import { type View } from '../view';

/**
 * The pane about gradients: which loss, the norms at the token in sight, and the matrix of loss step by time step. A
 * page that nobody answers holds the last step and the sum only.
 */
export function createGradientPane(
  container: HTMLElement,
  dispatch: (action: Action) => void,
  table: () => ColourTable,
  isLive: boolean,
): View {
  const set = (loss: LossChoice): void => dispatch({ type: 'gradient', change: { loss } });
  let current: LossChoice = { at: 'last' };
  let shownState: InspectorState | null = null;
  let tableKey: readonly unknown[] = [];
  const loss = createChoice(say('Loss'), (value) => {
    const at =
      value === 'last' || value === 'all'
        ? value
        : { step: value === 'cursor' ? (shownState?.view.cursor ?? 0) : Number(value) };
    set({ ...current, at });
  });
  const target = createChoice(say('Target'), (value) => {
    // The sensitivity that was computed is that of another output.
    dispatch({
      type: 'gradient',
      change: { loss: { at: current.at, ...targetOfKey(value) }, connectivity: new Map() },
    });
  });
  const text = element('p', { class: 'hint' });
  const values = element('div');
  const reach = createReachBox(dispatch);
  const matrixBox = createMatrixBox(dispatch, table);
  container.append(
    element('div', { class: 'pane-choices', children: [loss.root, target.root] }),
    text,
    reach.root,
    values,
    matrixBox.root,
  );
  return {
    update: (state) => {
      shownState = state;
      current = state.gradient.loss;
      loss.update(lossOptions(state, isLive), typeof current.at === 'string' ? current.at : String(current.at.step));
      const targets = targetOptions(state);
      target.root.hidden = targets.length === 1 || !isLive;
      target.update(targets, targetKey(current));
      setText(text, explain(state, isLive));
      const step = shownStep(state);
      const key = [state.gradient.norms, step, state.view.layer, state.view.direction];
      if (key.some((part, k) => part !== tableKey[k])) values.replaceChildren(...normsTable(state));
      tableKey = key;
      reach.update(state);
      matrixBox.update(state);
    },
  };
}

function lossOptions({ gradient, view }: InspectorState, isLive: boolean): { value: string; label: string }[] {
  const { at } = gradient.loss;
  const options = [
    { value: 'last', label: say('last known step') },
    { value: 'all', label: say('all steps, summed') },
  ];
  if (typeof at !== 'string') options.push({ value: String(at.step), label: say('step {0}', at.step) });
  if (isLive && view.cursor !== null && (typeof at === 'string' || at.step !== view.cursor))
    options.push({ value: 'cursor', label: say('the step at the cursor') });
  return options;
}

function explain({ gradient, status, tokens, model }: InspectorState, isLive: boolean): string {
  const { failure, norms } = gradient;
  if (failure !== null)
    return norms === null ? failure.message : `${failure.message} ${say('Shown is still {0}.', norms.lossName)}`;
  if (gradientFrom(gradient, tokens.length) === null)
    return say(
      'This text is long: going back through all {0} steps takes {1}.',
      tokens.length.toLocaleString('en-US'),
      sayCost(estimateGradients(model?.layers ?? [], tokens.length)),
    );
  if (norms === null)
    return status.kind === 'complete'
      ? say('Computing the gradients.')
      : say('Gradients are computed when the text has been read.');
  const hint =
    isLive && norms.lossSteps.length > 0 && model?.task === 'next-token'
      ? [say('Click in the gradient strip to choose another step.')]
      : [];
  return [say('Loss: {0} = {1}.', norms.lossName, formatValue(norms.lossValue)), ...hint, ...norms.notes].join(' ');
}

function normsTable(state: InspectorState): readonly HTMLElement[] {
  const step = shownStep(state);
  const lines = gradientLines(state);
  if (step === null || lines.length === 0) return [];
  const head = element('tr', {
    children: [
      element('th', { text: say('norm at step {0}', step), attributes: { scope: 'col' } }),
      element('th', { text: 'log10', attributes: { scope: 'col' } }),
    ],
  });
  const rows = lines.map(({ name, isState, log10 }) => {
    const value = log10[step] ?? NaN;
    const what = isState
      ? nameOfField(name as 'h')
      : say('{0}, before activation', name === 'a' ? say('sum') : nameOfField(name as 'i'));
    return element('tr', {
      children: [
        element('th', {
          attributes: { scope: 'row' },
          children: [element('span', { class: 'letter', text: name }), element('span', { class: 'name', text: what })],
        }),
        element('td', {
          text: step < (gradientFrom(state.gradient, state.tokens.length) ?? 0) ? say('left out') : sayLog10(value),
        }),
      ],
    });
  });
  return [
    element('table', {
      class: 'statistics',
      children: [element('thead', { children: [head] }), element('tbody', { children: rows })],
    }),
  ];
}

/** For a long text: all steps, or the last of them. */
function createReachBox(dispatch: (action: Action) => void): {
  readonly root: HTMLElement;
  update(state: InspectorState): void;
} {
  const choose = (reach: GradientState['reach']): void =>
    dispatch({ type: 'gradient', change: { reach, norms: null, failure: null } });
  const part = createButton(
    say('Only {0} steps before the loss', stepsOffered.toLocaleString('en-US')),
    () => choose('part'),
    { isPrimary: true },
  );
  const all = createButton(say('All steps'), () => choose('all'));
  const root = element('div', { class: 'button-row reach', children: [part, all] });
  return {
    root,
    update: ({ gradient, tokens, model, status }) => {
      root.hidden = tokens.length <= stepsUnasked || status.kind !== 'complete';
      part.hidden =
        gradient.reach === 'part' || model?.layers.some(({ direction }) => direction === 'backward') === true;
      all.hidden = gradient.reach === 'all';
    },
  };
}

const matrixPx = 296;
const decades = 12;

function createMatrixBox(
  dispatch: (action: Action) => void,
  table: () => ColourTable,
): { readonly root: HTMLElement; update(state: InspectorState): void } {
  const button = createButton(say('Show where the gradient comes from'), () =>
    dispatch({ type: 'gradient', change: { wantsMatrix: true } }),
  );
  const canvas = element('canvas', {
    class: 'matrix',
    attributes: { role: 'img', 'aria-label': say('Loss step down, time step across: log10 of the norm of d L / d h') },
  });
  const legend = createLegendBar();
  const caption = element('p', { class: 'hint' });
  const axis = element('div', { class: 'matrix-axis' });
  const picture = element('div', {
    children: [
      element('h2', { text: say('Loss step by time step') }),
      axis,
      canvas,
      element('div', { class: 'matrix-legend', children: [legend.root, caption] }),
    ],
  });
  const root = element('div', { class: 'matrix-box', children: [button, picture] });
  let painted: readonly unknown[] = [];
  return {
    root,
    update: ({ gradient, themeVersion }) => {
      const { matrix, matrixFailure, wantsMatrix } = gradient;
      button.hidden = wantsMatrix;
      picture.hidden = !wantsMatrix;
      canvas.hidden = legend.root.hidden = matrix === null;
      if (matrix === null)
        return setText(caption, matrixFailure?.message ?? say('Computing, a row for every loss step.'));
      if (painted[0] === matrix && painted[1] === themeVersion) return;
      painted = [matrix, themeVersion];
      const { low, high } = matrixRange(matrix);
      legend.update({ kind: 'sequential', low: Math.round(low), high: Math.round(high) }, table());
      setText(axis, axisWords(matrix));
      setText(caption, captionWords(matrix, low));
      paintMatrix(canvas, matrix, { table: table(), low, high });
    },
  };
}

/** The log10 norms that get a colour: the largest and at most so many decades under it. */
function matrixRange({ range }: LossMatrix): { readonly low: number; readonly high: number } {
  const largest = range[1] ?? NaN;
  const high = Math.max(range[0] ?? largest, largest);
  return { high, low: Math.max(Math.min(range[0] ?? high, largest), high - decades) };
}

function axisWords({ from, to, lossSteps }: LossMatrix): string {
  return say(
    'time step {0} to {1} across, loss step {2} to {3} down',
    from,
    to - 1,
    lossSteps[0] ?? 0,
    lossSteps.at(-1) ?? 0,
  );
}

function captionWords({ state, lossName }: LossMatrix, low: number): string {
  const from = powerOfTen(Math.round(low));
  return say('log10 of the norm of d L / d {0}, from {1}; one scale for all rows. {2}.', state, from, lossName);
}

function paintMatrix(
  canvas: HTMLCanvasElement,
  matrix: LossMatrix,
  { table, low, high }: { table: ColourTable; low: number; high: number },
): void {
  const rows = matrix.lossSteps.length;
  const columns = matrix.to - matrix.from;
  canvas.width = Math.max(1, columns);
  canvas.height = Math.max(1, rows);
  canvas.style.width = `${matrixPx}px`;
  canvas.style.height = `${Math.max(24, Math.round((matrixPx * rows) / Math.max(1, columns)))}px`;
  const context = canvas.getContext('2d');
  if (context === null || rows === 0 || columns === 0) return;
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const factor = 255 / Math.max(1e-6, high - low);
  matrix.log10.forEach((value, at) => {
    if (value === -Infinity) return;
    pixels[at] = Number.isNaN(value)
      ? table.nanWord
      : (table.words[Math.max(0, Math.min(255, Math.round((value - low) * factor)))] ?? 0);
  });
  context.putImageData(image, 0, 0);
}
