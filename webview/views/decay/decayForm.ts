import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { cellDescriptions, type CellKind, cellKinds } from '../../../src/trace/reading/cellKind';
import { type Initialiser } from '../../../src/trace/reading/decay';
import { type DecayControls } from '../../store/decayControls';
import { say } from '../../theme/strings';
import { createChoice, type ChoiceOption } from '../controls';
import { element, setText } from '../element';

/** The controls of the comparison; every change is told at once. */
export interface DecayForm {
  readonly root: HTMLElement;
  update(controls: DecayControls, hasModels: boolean, hasText: boolean): void;
}

const initialisers: readonly ChoiceOption[] = [
  { value: 'glorot', label: 'Glorot' },
  { value: 'he', label: 'He' },
  { value: 'lecun', label: 'LeCun' },
  { value: 'orthogonal', label: 'orthogonal' },
  { value: 'uniform', label: 'uniform' },
  { value: 'normal', label: 'normal' },
  { value: 'zero', label: 'zero' },
];

/** `isMoving` while a slider is still held. */
type Change = (part: Partial<DecayControls>, isMoving?: boolean) => void;

/** What the form shows besides the controls' own values. */
interface FormState {
  readonly controls: DecayControls;
  readonly hasModels: boolean;
  readonly hasText: boolean;
}

/** Controls that stand together under one name. */
interface ControlGroup {
  readonly root: HTMLElement;
  update(state: FormState): void;
}

/** Makes the form. */
export function createDecayForm(change: Change): DecayForm {
  const groups = [createNetworks(change), createSizes(change), createWeights(change), createClipping(change)];
  const root = element('form', {
    class: 'decay-form',
    attributes: { 'aria-label': say('What is compared') },
    children: groups.map((group) => group.root),
  });
  root.addEventListener('submit', (event) => event.preventDefault());
  return {
    root,
    update: (controls, hasModels, hasText) => {
      for (const group of groups) group.update({ controls, hasModels, hasText });
    },
  };
}

function fieldset(name: string, parts: readonly HTMLElement[]): HTMLElement {
  return element('fieldset', { class: 'decay-group', children: [element('legend', { text: name }), ...parts] });
}

function createNetworks(change: Change): ControlGroup {
  let current: DecayControls | null = null;
  const trained = createCheck(say('prose models as trained'), (isOn) => change({ trained: isOn }));
  const twins = createCheck(say('the same, untrained'), (isOn) => change({ twins: isOn }));
  const cells = cellKinds.map((cell) =>
    createCheck(say('untrained {0}', cellDescriptions[cell].name), (isOn) =>
      change({ cells: cellKinds.filter((kind) => (kind === cell ? isOn : current?.cells.includes(kind) === true)) }),
    ),
  );
  return {
    root: fieldset(say('Networks'), [trained.root, twins.root, ...cells.map((check) => check.root)]),
    update: ({ controls, hasModels }) => {
      current = controls;
      trained.root.hidden = !hasModels;
      twins.root.hidden = !hasModels || !controls.trained;
      trained.set(controls.trained);
      twins.set(controls.twins);
      cells.forEach((check, k) => check.set(controls.cells.includes(cellKinds[k] as CellKind)));
    },
  };
}

function createSizes(change: Change): ControlGroup {
  const units = createChoice(say('Units'), (value) => change({ units: Number(value) }));
  const steps = createChoice(say('Steps'), (value) => change({ steps: Number(value) }));
  const seeds = createChoice(say('Seeds'), (value) => change({ seeds: Number(value) }));
  const equal = createChoice(say('Same'), (value) => change({ equal: value as DecayControls['equal'] }));
  return {
    root: fieldset(say('Size'), [units.root, steps.root, seeds.root, equal.root]),
    update: ({ controls, hasModels, hasText }) => {
      // Trained models, and their untrained twins, have the size they have.
      units.root.hidden = controls.cells.length === 0 && hasModels && controls.trained;
      units.update(numbers([8, 16, 32, 64, 128, 256], controls.units), String(controls.units));
      const whole = hasText ? [{ value: '0', label: say('whole text') }] : [];
      steps.update([...whole, ...numbers([51, 101, 201, 501, 1001], controls.steps)], String(controls.steps));
      seeds.update(numbers([1, 3, 5, 10, 20], controls.seeds), String(controls.seeds));
      const sames = [
        { value: 'units', label: say('units') },
        { value: 'parameters', label: say('number of parameters') },
      ];
      equal.update(sames, controls.equal);
    },
  };
}

function createWeights(change: Change): ControlGroup {
  const bias = createSlider(say('Forget bias (LSTM)'), { min: -2, max: 5, step: 0.1 }, (value, isMoving) =>
    change({ forgetBias: value }, isMoving),
  );
  const presets = element('div', {
    class: 'presets',
    attributes: { role: 'group', 'aria-label': say('Forget bias') },
    children: ([0, 1, 3, 'chrono'] as const).map((value) =>
      createPreset(String(value), () => change({ forgetBias: value })),
    ),
  });
  const radius = createSlider(say('Spectral radius (RNN)'), { min: 0.5, max: 2, step: 0.05 }, (value, isMoving) =>
    change({ spectralRadius: value }, isMoving),
  );
  const asDrawn = createPreset(say('as drawn'), () => change({ spectralRadius: null }));
  const init = createChoice(say('Input weights'), (value) => change({ init: value as Initialiser }));
  const recurrent = createChoice(say('Recurrent weights'), (value) =>
    change({ recurrentInit: value as DecayControls['recurrentInit'] }),
  );
  return {
    root: fieldset(say('How untrained weights are drawn'), [
      bias.root,
      presets,
      radius.root,
      element('div', { class: 'presets', children: [asDrawn] }),
      init.root,
      recurrent.root,
    ]),
    update: ({ controls }) => {
      init.update(initialisers, controls.init);
      const usual = { value: 'default', label: say('usual for the cell') };
      recurrent.update([usual, ...initialisers], controls.recurrentInit);
      const { forgetBias, spectralRadius } = controls;
      if (forgetBias === 'chrono') bias.set(null, 'chrono');
      else bias.set(forgetBias, forgetBias.toFixed(1).replace('-', '\u2212'));
      radius.set(spectralRadius, spectralRadius === null ? say('as drawn') : spectralRadius.toFixed(2));
    },
  };
}

function createClipping(change: Change): ControlGroup {
  const clip = createChoice(say('Clip gradient'), (value) =>
    change({ clipNorm: value === 'none' ? null : Number(value) }),
  );
  return {
    root: fieldset(say('Gradient'), [clip.root]),
    update: ({ controls: { clipNorm } }) => {
      const none = { value: 'none', label: say('not clipped') };
      const options = [none, ...numbers([0.01, 0.1, 1, 10], clipNorm ?? 1)];
      clip.update(options, clipNorm === null ? 'none' : String(clipNorm));
    },
  };
}

function numbers(values: readonly number[], current: number): ChoiceOption[] {
  const all = values.includes(current) || current === 0 ? values : [...values, current].sort((a, b) => a - b);
  return all.map((value) => ({ value: String(value), label: value.toLocaleString('en-US') }));
}

function createCheck(
  label: string,
  onChange: (isOn: boolean) => void,
): { readonly root: HTMLElement; set(isOn: boolean): void } {
  const box = document.createElement('vscode-checkbox');
  box.setAttribute('label', label);
  box.addEventListener('change', () => onChange(box.checked));
  return {
    root: box,
    set: (isOn) => {
      box.checked = isOn;
    },
  };
}

function createPreset(text: string, onPress: () => void): HTMLElement {
  const button = document.createElement('vscode-button');
  button.textContent = text;
  button.setAttribute('secondary', '');
  button.addEventListener('click', onPress);
  return button;
}

/** A range input of the browser: VS Code's components have none. */
function createSlider(
  label: string,
  range: { readonly min: number; readonly max: number; readonly step: number },
  onInput: (value: number, isMoving: boolean) => void,
): { readonly root: HTMLElement; set(value: number | null, text: string): void } {
  const input = element('input', {
    attributes: {
      type: 'range',
      min: String(range.min),
      max: String(range.max),
      step: String(range.step),
      'aria-label': label,
    },
  });
  const shown = element('output', { class: 'slider-value' });
  input.addEventListener('input', () => onInput(Number(input.value), true));
  input.addEventListener('change', () => onInput(Number(input.value), false));
  return {
    root: element('label', {
      class: 'slider',
      children: [element('span', { class: 'choice-label', text: label }), shown, input],
    }),
    set: (value, text) => {
      setText(shown, text);
      input.setAttribute('aria-valuetext', text);
      if (value !== null && Number(input.value) !== value) input.value = String(value);
    },
  };
}
