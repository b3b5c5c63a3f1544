import { element } from './element';

/**
 * A button that opens a panel of controls under it; where there is room the panel lies in the row itself (view.css).
 */
export interface Menu {
  readonly root: HTMLElement;
  readonly panel: HTMLElement;
}

/** Makes a menu; Escape, or a press elsewhere, closes it and gives the focus back to its button. */
export function createMenu(label: string, children: readonly HTMLElement[]): Menu {
  const button = element('button', {
    class: 'menu-button',
    text: '\u22ef',
    attributes: { type: 'button', 'aria-label': label, 'aria-expanded': 'false', title: label },
  });
  const panel = element('div', {
    class: 'menu-panel',
    attributes: { role: 'group', 'aria-label': label },
    children: [...children],
  });
  const root = element('div', { class: 'menu', children: [button, panel] });
  const setOpen = (isOpen: boolean): void => {
    root.classList.toggle('is-open', isOpen);
    button.setAttribute('aria-expanded', String(isOpen));
  };
  const isOpen = (): boolean => root.classList.contains('is-open');
  button.addEventListener('click', () => setOpen(!isOpen()));
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !isOpen()) return;
    setOpen(false);
    button.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (isOpen() && event.target instanceof Node && !root.contains(event.target)) setOpen(false);
  });
  return { root, panel };
}
