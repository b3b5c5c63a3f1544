import '@vscode-elements/elements/dist/vscode-button/index.js';
import { element } from './element';

/** One entry of a choice. */
export interface ChoiceOption {
  readonly value: string;
  readonly label: string;
}

/** A labelled select box. */
export interface Choice {
  readonly root: HTMLElement;
  update(options: readonly ChoiceOption[], value: string): void;
  /** Another label. */
  rename(label: string): void;
}

/**
 * A select with its label before it; calls back with the value chosen by the person, not with one set from here. It is
 * the browser's own: each of VS Code Elements' takes ten times as long to make and lay out, in the time before the
 * first painting.
 */
export function createChoice(label: string, onChoose: (value: string) => void): Choice {
  const select = element('select', { class: 'select', attributes: { 'aria-label': label } });
  select.addEventListener('change', () => onChoose(select.value));
  const shownLabel = element('span', { class: 'choice-label', text: label, attributes: { 'aria-hidden': 'true' } });
  const root = element('div', { class: 'choice', children: [shownLabel, select] });
  let shown = '';
  return {
    root,
    rename: (next) => {
      if (shownLabel.textContent === next) return;
      shownLabel.textContent = next;
      select.setAttribute('aria-label', next);
    },
    update: (options, value) => {
      const key = JSON.stringify([options, value]);
      if (key === shown) return;
      shown = key;
      select.replaceChildren(
        ...options.map((option) =>
          element('option', {
            text: option.label,
            attributes: { value: option.value, ...(option.value === value ? { selected: '' } : {}) },
          }),
        ),
      );
      select.value = value;
    },
  };
}

/** A button with a text; secondary unless it is the one thing to do. */
export function createButton(
  text: string,
  onPress: () => void,
  options: { readonly isPrimary?: boolean; readonly label?: string } = {},
): HTMLElement {
  const button = document.createElement('vscode-button');
  button.textContent = text;
  if (options.isPrimary !== true) button.setAttribute('secondary', '');
  if (options.label !== undefined) renameButton(button, options.label);
  button.addEventListener('click', onPress);
  return button;
}

/** Says in words what a button does whose text is a sign. */
export function renameButton(button: HTMLElement, label: string): void {
  if (button.title === label) return;
  button.setAttribute('aria-label', label);
  button.title = label;
}
