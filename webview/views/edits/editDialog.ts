import { cellDescriptions, displayOrder, type Field, fieldsOf, statesOf } from '../../../src/trace/reading/cellKind';
import { type EditPlace, type EditTarget, holdText, putEdit, removeText, setStatesText } from '../../store/edits';
import { type Action, type InspectorState, shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { createButton, createChoice } from '../controls';
import { element, setText } from '../element';
import { nameOfField, showToken } from '../fieldNames';
import { type View } from '../view';

/** A small form that changes a gate or a state, opened by a right click or the key E. */
export interface EditDialog extends View {
  readonly root: HTMLElement;
}

/** Makes the form; Escape or a press elsewhere closes it and gives the focus back to the pictures. */
export function createEditDialog(
  { dispatch, get }: { readonly dispatch: (action: Action) => void; readonly get: () => InspectorState },
  pictures: HTMLElement,
): EditDialog {
  let place: EditPlace = 'on';
  let target: EditTarget | null = null;
  const apply = (text: (target: EditTarget) => string, isLive = false): void => {
    if (target === null) return;
    dispatch({ type: 'edits', edits: putEdit(get().view.edits ?? [], text(target)), isLive });
    if (!isLive) close();
  };
  const hold = (value: string, isLive = false): void => apply((at) => holdText(at, place, value), isLive);
  const change = (part: Partial<EditTarget>): void => {
    if (target !== null) dispatch({ type: 'editing', target: { ...target, ...part } });
  };
  const close = (): void => {
    dispatch({ type: 'editing', target: null });
    pictures.focus();
  };
  const field = createChoice(say('Change'), (value) => change({ field: value as Field }));
  const unit = createChoice(say('Of'), (value) => change({ unit: value === 'all' ? null : Number(value) }));
  const where = createChoice(say('At'), (value) => (place = value as EditPlace));
  const slider = createSlider((value, isLive) => hold(value, isLive));
  const steps = createStatesRow(apply);
  const actions = createActions(hold, apply);
  const title = element('h2', { class: 'edit-title', attributes: { id: 'edit-title' } });
  const root = element('div', {
    class: 'edit-dialog',
    attributes: { role: 'dialog', 'aria-labelledby': 'edit-title' },
    children: [title, field.root, unit.root, where.root, actions.root, slider.root, steps.root],
  });
  root.hidden = true;
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    event.stopPropagation();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!root.hidden && event.target instanceof Node && !root.contains(event.target)) close();
  });
  return {
    root,
    update: (state, previous) => {
      const wasOpen = target !== null;
      target = state.editing;
      root.hidden = target === null;
      if (target === null || (state.editing === previous.editing && wasOpen)) return;
      setText(title, say('What if, at {0}', `\u201c${showToken(state.tokens.at(target.step)?.text ?? '')}\u201d`));
      fillChoices(state, target, { field, unit, where, place });
      slider.update(target, state);
      actions.update(target, state);
      steps.update(target, state);
      if (!wasOpen) {
        moveIntoSight(root, state.editingAt);
        root.querySelector('select')?.focus();
      }
    },
  };
}

interface Choices {
  readonly field: ReturnType<typeof createChoice>;
  readonly unit: ReturnType<typeof createChoice>;
  readonly where: ReturnType<typeof createChoice>;
  readonly place: EditPlace;
}

function fillChoices(state: InspectorState, target: EditTarget, { field, unit, where, place }: Choices): void {
  const shape = shownLayer(state);
  const fields = displayOrder.filter((each) => shape !== undefined && fieldsOf(shape.cell).includes(each));
  field.update(
    fields.map((each) => ({ value: each, label: `${each}, ${nameOfField(each)}` })),
    target.field,
  );
  const chosen = target.unit ?? state.view.unit;
  unit.update(
    [
      ...(chosen === null ? [] : [{ value: String(chosen), label: say('unit {0}', chosen) }]),
      { value: 'all', label: say('all units') },
    ],
    target.unit === null ? 'all' : String(target.unit),
  );
  where.update(
    [
      { value: 'on', label: say('this token and all after it') },
      { value: 'here', label: say('this token') },
      { value: 'until', label: say('this token and all before it') },
      ...(target.pins === null ? [] : [{ value: 'pins', label: say('the tokens between the pins') }]),
      { value: 'all', label: say('the whole text') },
    ],
    place,
  );
}

/** Whether a field lies between 0 and 1 as its activations usually have it. */
function isGate(field: Field, state: InspectorState): boolean {
  const cell = shownLayer(state)?.cell;
  return (
    cell !== undefined &&
    cellDescriptions[cell].gates.some((gate) => gate === field) &&
    cellDescriptions[cell].candidate !== field
  );
}

function createActions(
  hold: (value: string) => void,
  apply: (text: (target: EditTarget) => string) => void,
): { readonly root: HTMLElement; update(target: EditTarget, state: InspectorState): void } {
  const zero = createButton(say('Set to 0'), () => hold('0'), { isPrimary: true });
  const one = createButton(say('Set to 1'), () => hold('1'));
  const keep = createButton(say('Hold as it is'), () => hold('keep'));
  const mean = createButton(say('Set to its mean'), () => hold('mean'));
  const out = createButton(say('Take the unit out'), () => apply(removeText));
  return {
    root: element('div', { class: 'edit-actions', children: [zero, one, mean, keep, out] }),
    update: (target, state) => {
      const cell = shownLayer(state)?.cell;
      // Only the state that a gate can keep; an LSTM's h is made anew from c at every step.
      keep.hidden = cell === undefined || cellDescriptions[cell].memory?.state !== target.field;
      out.hidden = target.unit === null;
    },
  };
}

function createSlider(onValue: (value: string, isLive: boolean) => void): {
  readonly root: HTMLElement;
  update(target: EditTarget, state: InspectorState): void;
} {
  const input = element('input', {
    class: 'edit-slider',
    attributes: { type: 'range', step: '0.01', 'aria-label': say('Set to a value') },
  });
  const shown = element('output', { class: 'edit-value' });
  input.addEventListener('input', () => {
    setText(shown, input.value);
    onValue(input.value, true);
  });
  input.addEventListener('change', () => onValue(input.value, true));
  return {
    root: element('label', {
      class: 'edit-slider-row',
      children: [element('span', { class: 'choice-label', text: say('Set to') }), input, shown],
    }),
    update: (target, state) => {
      const limit = target.field === 'c' ? 3 : 1;
      input.min = isGate(target.field, state) ? '0' : String(-limit);
      input.max = String(limit);
      input.value = isGate(target.field, state) ? '0.5' : '0';
      setText(shown, input.value);
    },
  };
}

/** What is done to the states before a step: from nothing, or from what they were before another. */
function createStatesRow(apply: (text: (target: EditTarget) => string) => void): {
  readonly root: HTMLElement;
  update(target: EditTarget, state: InspectorState): void;
} {
  let states: readonly Field[] = ['h'];
  const scratch = createButton(say('Start from scratch here'), () => apply((at) => setStatesText(at, states, '0')));
  const from = element('input', {
    class: 'edit-step',
    attributes: { type: 'number', min: '1', step: '1', 'aria-label': say('Token whose state is taken') },
  });
  const take = createButton(say('Take the state before token'), () => {
    const step = Number(from.value) - 1;
    if (Number.isInteger(step) && step >= 0) apply((at) => setStatesText(at, states, `other@${step}`));
  });
  return {
    root: element('div', { class: 'edit-states', children: [scratch, take, from] }),
    update: (target, state) => {
      const shape = shownLayer(state);
      states = shape === undefined ? ['h'] : statesOf(shape.cell);
      from.max = String(state.tokens.length);
      if (from.value === '') from.value = String(target.step + 1);
    },
  };
}

/** Puts the form at a place in the page, or near the top where there is none, and wholly in sight. */
function moveIntoSight(root: HTMLElement, at: InspectorState['editingAt']): void {
  const { width, height } = root.getBoundingClientRect();
  const left = Math.max(4, Math.min((at?.x ?? 80) + 8, window.innerWidth - width - 4));
  const top = Math.max(4, Math.min((at?.y ?? 80) + 8, window.innerHeight - height - 4));
  root.style.left = `${left}px`;
  root.style.top = `${top}px`;
}
