import { cellDescriptions, fieldsOf, type Direction, displayOrder } from '../../src/trace/reading/cellKind';
import { type ViewState } from '../../src/protocol/viewMessages';
import { type Action, type InspectorState, shownLayer } from '../store/inspectorState';
import { nameOfColumn, shownColumn } from '../store/inputColumns';
import { shownRibbon } from '../store/ribbonValues';
import { say } from '../theme/strings';
import { createButton, createChoice, renameButton, type ChoiceOption } from './controls';
import { element, setText } from './element';
import { createMenu } from './menu';
import { nameOfField } from './fieldNames';
import { usualPace } from './replay';
import { type View } from './view';

/** What the toolbar's buttons do beyond changing the state. */
export interface ToolbarActions {
  readonly play: () => void;
  readonly step: (by: number) => void;
  /** Tokens a second of the replay. */
  readonly pace: (stepsPerSecond: number) => void;
  readonly zoom: (factor: number | 'all') => void;
  readonly cancel: () => void;
  readonly chooseModel: () => void;
  /** The buttons that save what is shown. */
  readonly save: HTMLElement;
}

const paces = [2, 8, 30] as const;

/** The row of controls over the pictures: titles, replay and zoom, and a menu of what is chosen more rarely. */
export function createToolbar(
  container: HTMLElement,
  dispatch: (action: Action) => void,
  actions: ToolbarActions,
): View {
  const title = element('h1', { class: 'title' });
  const subtitle = element('p', { class: 'subtitle' });
  const transport = createTransport(actions);
  const choices = createChoices(dispatch, actions);
  const menu = createMenu(say('View options'), [...choices.roots, actions.save]);
  const cancel = createButton(say('Cancel'), actions.cancel);
  cancel.classList.add('cancel');
  container.append(
    element('div', { class: 'titles', children: [title, subtitle] }),
    element('div', { class: 'controls', children: [cancel, transport.root, menu.root] }),
  );
  return {
    update: (state) => {
      setText(title, state.source === '' ? say('LSTM Inspector') : state.source);
      title.title = state.source;
      setText(subtitle, subtitleOf(state));
      subtitle.title = subtitleOf(state);
      const words = state.columns === null ? wordsOfText() : wordsOfNumbers();
      menu.root.classList.toggle('is-wide', state.columns !== null);
      choices.update(state, words);
      transport.update(state, words);
      cancel.hidden = state.status.kind !== 'reading' && state.status.kind !== 'loading';
    },
  };
}

function createTransport({ step, play, zoom }: ToolbarActions): {
  readonly root: HTMLElement;
  update(state: InspectorState, words: Words): void;
} {
  const back = createButton('\u2039', () => step(-1));
  const on = createButton('\u203a', () => step(1));
  const all = createButton(say('All'), () => zoom('all'));
  for (const button of [back, on]) button.classList.add('step-button');
  const start = createButton('\u25b6', play, { label: say('Play') });
  const root = element('div', {
    class: 'button-row',
    attributes: { role: 'group', 'aria-label': say('Replay and zoom') },
    children: [
      back,
      start,
      on,
      createButton('\u2212', () => zoom(1 / 1.5), { label: say('Zoom out') }),
      createButton('+', () => zoom(1.5), { label: say('Zoom in') }),
      all,
    ],
  });
  return {
    root,
    update: ({ isPlaying }, { buttons }) => {
      [back, on, all].forEach((button, k) => renameButton(button, buttons[k] ?? ''));
      setText(start, isPlaying ? '\u275a\u275a' : '\u25b6');
      start.setAttribute('aria-label', isPlaying ? say('Pause') : say('Play'));
    },
  };
}

function createChoices(
  dispatch: (action: Action) => void,
  actions: ToolbarActions,
): { readonly roots: readonly HTMLElement[]; update(state: InspectorState, words: Words): void } {
  const layer = createChoice(say('Layer'), (value) => {
    const [number, direction] = value.split('.');
    dispatch({ type: 'choose', choice: { layer: Number(number), direction: direction as Direction } });
  });
  const order = createChoice(say('Units'), (value) =>
    dispatch({ type: 'choose', choice: { order: value as ViewState['order'] } }),
  );
  const ribbon = createChoice(say('Colour text by'), (value) =>
    dispatch({ type: 'choose', choice: { ribbon: value } }),
  );
  const column = createChoice(say('Input column'), (value) =>
    dispatch({ type: 'choose', choice: { column: Number(value) } }),
  );
  let chosenPace: number = usualPace;
  const pace = createChoice(say('Pace'), (value) => actions.pace((chosenPace = Number(value))));
  return {
    roots: [layer, order, column, ribbon, pace].map(({ root }) => root),
    update: (state, words) => {
      layer.update(layerOptions(state), `${state.view.layer}.${state.view.direction}`);
      order.update(orderOptions(), state.view.order);
      ribbon.rename(words.colourBy);
      ribbon.update(ribbonOptions(state), shownRibbon(state));
      const paceOptions = paces.map((steps) => ({ value: String(steps), label: words.pace(steps) }));
      pace.update(paceOptions, String(chosenPace));
      column.root.hidden = state.columns === null;
      const names = state.columns ?? [];
      column.update(
        names.map((_, index) => ({ value: String(index), label: nameOfColumn(names, index) })),
        String(shownColumn(state)?.index ?? 0),
      );
    },
  };
}

interface Words {
  readonly colourBy: string;
  readonly pace: (steps: number) => string;
  /** What the buttons for one back, one on and all say. */
  readonly buttons: readonly string[];
}

function wordsOfText(): Words {
  return {
    colourBy: say('Colour text by'),
    pace: (tokens) => say('{0} tokens a second', tokens),
    buttons: [say('One token back'), say('One token on'), say('All of the text')],
  };
}

/** Rows of numbers are no text and have no tokens. */
function wordsOfNumbers(): Words {
  return {
    colourBy: say('Colour steps by'),
    pace: (steps) => say('{0} steps a second', steps),
    buttons: [say('One step back'), say('One step on'), say('All steps')],
  };
}

function subtitleOf(state: InspectorState): string {
  const { model, status, tokens } = state;
  const count = tokens.length.toLocaleString('en-US');
  const parts = [
    model?.name ?? '',
    state.columns === null
      ? tokens.length === 1
        ? say('1 token')
        : say('{0} tokens', count)
      : tokens.length === 1
        ? say('1 row')
        : say('{0} rows', count),
  ];
  if (status.kind === 'loading') parts.push(say('loading the model'));
  if (status.kind === 'reading') parts.push(say('{0} read', status.done.toLocaleString('en-US')));
  if (status.kind === 'cancelled') parts.push(say('cancelled at {0}', status.done.toLocaleString('en-US')));
  return parts.filter((part) => part !== '').join(' \u2022 ');
}

function layerOptions(state: InspectorState): readonly ChoiceOption[] {
  const layers = state.model?.layers ?? [];
  const isMixed = layers.some(({ direction }) => direction === 'backward');
  return layers.map((shape) => ({
    value: `${shape.layer}.${shape.direction}`,
    label: `${shape.layer} ${cellDescriptions[shape.cell].name} ${shape.units}${isMixed ? (shape.direction === 'forward' ? ' \u2192' : ' \u2190') : ''}`,
  }));
}

function orderOptions(): readonly ChoiceOption[] {
  return [
    { value: 'stored', label: say('as stored') },
    { value: 'activity', label: say('by activity') },
    { value: 'cluster', label: say('by cluster') },
  ];
}

function ribbonOptions(state: InspectorState): readonly ChoiceOption[] {
  const shape = shownLayer(state);
  const fields = displayOrder.filter((field) => shape !== undefined && fieldsOf(shape.cell).includes(field));
  const chosen = state.view.unit === null ? [] : fields.filter((field) => field === 'c' || field === 'h');
  return [
    { value: 'none', label: say('nothing') },
    ...(state.effect?.kind === 'tokens' ? [{ value: 'change', label: say('what the edits change') }] : []),
    ...(state.model?.task === 'next-token' ? [{ value: 'surprise', label: say('surprise') }] : []),
    ...(state.model?.task === 'classify' ? [{ value: 'answer', label: say('how the answer moves') }] : []),
    ...(state.status.kind === 'complete' ? [{ value: 'connectivity', label: say('sensitivity of the output') }] : []),
    ...(state.why.isWanted || state.view.ribbon === 'share'
      ? [{ value: 'share', label: say('share in the answer') }]
      : []),
    ...fields.map((field) => ({ value: field, label: say('{0}, mean', nameOfField(field)) })),
    ...namedUnit(state.view.ribbon),
    ...chosen.map((field) => ({
      value: `${field}:chosen`,
      label: say('{0} of unit {1}', nameOfField(field), state.view.unit ?? 0),
    })),
  ];
}

/** A unit that a finding or a link has chosen for the colours stays in the list while it is in use. */
function namedUnit(ribbon: string): readonly ChoiceOption[] {
  const [field, unit] = ribbon.split(':');
  if (unit === undefined || unit === 'chosen') return [];
  return [{ value: ribbon, label: say('{0} of unit {1}', nameOfField(field as 'h'), unit) }];
}
