import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import { type VscodeTabs } from '@vscode-elements/elements/dist/vscode-tabs/index.js';
import { element } from '../element';

/** Panes that share a place. */
export interface Tabs {
  readonly root: HTMLElement;
  readonly panes: readonly HTMLElement[];
  select(index: number): void;
  onSelect(listener: (index: number) => void): void;
}

/** Makes tabs with these names. */
export function createTabs(names: readonly string[]): Tabs {
  const root: VscodeTabs = document.createElement('vscode-tabs');
  const panes = names.map(() => element('div', { class: 'pane' }));
  names.forEach((name, k) => {
    const header = document.createElement('vscode-tab-header');
    header.textContent = name;
    header.slot = 'header';
    const panel = document.createElement('vscode-tab-panel');
    panel.append(panes[k] as HTMLElement);
    root.append(header, panel);
  });
  return {
    root,
    panes,
    select: (index) => {
      root.selectedIndex = index;
    },
    onSelect: (listener) =>
      root.addEventListener('vsc-tabs-select', (event) =>
        listener((event as CustomEvent<{ selectedIndex: number }>).detail.selectedIndex),
      ),
  };
}
