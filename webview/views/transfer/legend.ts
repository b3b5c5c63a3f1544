import { element } from '../element';

/** One entry of a legend. */
export interface LegendKey {
  readonly name: string;
  readonly colour: string;
  readonly isDashed?: boolean;
}

/** Lines and what they stand for; made anew when they change. */
export function createLegend(): { readonly root: HTMLElement; update(keys: readonly LegendKey[]): void } {
  const root = element('div', { class: 'lab-legend transfer-legend', attributes: { 'aria-hidden': 'true' } });
  let shown = '';
  return {
    root,
    update: (keys) => {
      const key = JSON.stringify(keys);
      if (key === shown) return;
      shown = key;
      root.replaceChildren(...keys.map(entryOf));
    },
  };
}

function entryOf({ name, colour, isDashed = false }: LegendKey): HTMLElement {
  const swatch = element('span', { class: 'transfer-swatch' });
  swatch.style.setProperty('border-top', `3px ${isDashed ? 'dotted' : 'solid'} ${colour}`);
  return element('span', { class: 'lab-key', children: [swatch, element('span', { text: name })] });
}
