import { type LayerPlan } from '../../../src/trace/lab/transferEvents';
import { stagesOf, type TransferState } from '../../store/transferState';
import { say } from '../../theme/strings';
import { element } from '../element';
import { nameOfStage } from './wayNames';
import { cellDescriptions, cellKinds } from '../../../src/trace/reading/cellKind';

/** The network's layers and what of them is frozen in each stage. */
export interface LayersPane {
  readonly root: HTMLElement;
  update(state: TransferState): void;
}

interface Stage {
  readonly name: string;
  readonly layers: readonly LayerPlan[];
  readonly isNow: boolean;
}

const padlocks = {
  closed: 'M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7h1zm2 0h4V5a2 2 0 0 0-4 0v2z',
  open: 'M4 7V5a4 4 0 0 1 7.7-1.5l-1.9.7A2 2 0 0 0 6 5v2h7v7H3V7h1z',
};

/** Makes the diagram: the layers from the top down, a column a stage, a closed padlock for what stays as it is. */
export function createLayersPane(): LayersPane {
  const box = element('div', {
    class: 'lab-scroll',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Layers and what of them is frozen') },
  });
  const hint = element('p', {
    class: 'lab-hint',
    text: say('The text enters at the bottom. Locked weights stay as they are.'),
  });
  const root = element('section', {
    class: 'lab-pane',
    attributes: { 'aria-label': say('Layers') },
    children: [element('h2', { text: say('Layers') }), box, hint],
  });
  let shown = '';
  return {
    root,
    update: (state) => {
      const stages = stagesToShow(state);
      root.hidden = stages.length === 0;
      const key = JSON.stringify(stages);
      if (key === shown || stages.length === 0) return;
      shown = key;
      box.replaceChildren(tableOf(stages));
    },
  };
}

function stagesToShow(state: TransferState): readonly Stage[] {
  const { started, phases, status } = state;
  if (started === null) return [];
  const current = status.kind === 'running' ? phases.at(-1)?.plan : undefined;
  const stages = stagesOf(state).map(({ plan }) => ({
    name: nameOfStage(plan.stage),
    layers: plan.layers,
    isNow: isSameStage(plan.layers, current?.layers),
  }));
  return stages.length === 0 ? [{ name: nameOfStage('new layers'), layers: started.layers, isNow: false }] : stages;
}

function isSameStage(a: readonly LayerPlan[], b: readonly LayerPlan[] | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

function tableOf(stages: readonly Stage[]): HTMLElement {
  const layers = [...(stages[0]?.layers ?? [])].reverse();
  const head = element('tr', {
    children: [
      element('td'),
      ...stages.map(({ name, isNow }, k) =>
        element('th', {
          class: isNow ? 'transfer-now' : '',
          text: `${k + 1} ${name}`,
          attributes: { scope: 'col', ...(isNow ? { 'aria-current': 'step' } : {}) },
        }),
      ),
    ],
  });
  const rows = layers.map((layer) =>
    element('tr', {
      children: [
        element('th', { attributes: { scope: 'row' }, children: [boxOf(layer)] }),
        ...stages.map((stage) => cellOf(stage.layers.find(({ name }) => name === layer.name))),
      ],
    }),
  );
  const sums = element('tr', {
    class: 'lab-total',
    children: [
      element('th', { text: say('learning'), attributes: { scope: 'row' } }),
      ...stages.map((stage) => element('td', { text: sayLearning(stage.layers) })),
    ],
  });
  return element('table', {
    class: 'lab-table transfer-layers',
    attributes: { 'aria-label': say('Layers and what of them is frozen') },
    children: [element('thead', { children: [head] }), element('tbody', { children: [...rows, sums] })],
  });
}

function boxOf({ name, kind, width, weights, isNew }: LayerPlan): HTMLElement {
  const kinds: Readonly<Record<string, string>> = {
    ...Object.fromEntries(cellKinds.map((cell) => [cell, cellDescriptions[cell].name])),
    embedding: say('Embedding'),
    dense: say('Softmax'),
    'one-hot': say('One-hot'),
  };
  const title = /^\d+$/.test(name) ? `${kinds[kind] ?? kind} ${Number(name) + 1}` : (kinds[kind] ?? kind);
  return element('div', {
    class: isNew ? 'transfer-layer transfer-new' : 'transfer-layer',
    children: [
      element('span', { class: 'transfer-layer-name', text: isNew ? `${title} (${say('new')})` : title }),
      element('span', {
        class: 'transfer-layer-size',
        text: say('{0} wide, {1} weights', width, weights.toLocaleString()),
      }),
    ],
  });
}

function cellOf(layer: LayerPlan | undefined): HTMLElement {
  if (layer === undefined) return element('td');
  const { frozen, weights, rate } = layer;
  const lines =
    frozen === weights
      ? [say('frozen')]
      : [say('rate {0}', shortRate(rate)), ...(frozen > 0 ? [say('{0} frozen', frozen.toLocaleString())] : [])];
  const state = frozen === weights ? 'closed' : 'open';
  const isPartly = frozen > 0 && frozen < weights;
  const children = [padlock(isPartly ? 'closed' : state), ...(isPartly ? [padlock('open')] : [])];
  return element('td', {
    class: `transfer-cell transfer-${state}`,
    children: [
      element('span', { class: 'transfer-locks', children }),
      ...lines.map((text) => element('span', { class: 'transfer-cell-text', text })),
    ],
  });
}

function padlock(state: 'open' | 'closed'): Element {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [name, value] of Object.entries({
    viewBox: '0 0 16 16',
    width: '14',
    height: '14',
    'aria-hidden': 'true',
    fill: 'currentColor',
  }))
    svg.setAttribute(name, value);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', padlocks[state]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}

function sayLearning(layers: readonly LayerPlan[]): string {
  const all = layers.reduce((sum, { weights }) => sum + weights, 0);
  const frozen = layers.reduce((sum, layer) => sum + layer.frozen, 0);
  return say('{0} of {1}', (all - frozen).toLocaleString(), all.toLocaleString());
}

/** Two digits say enough of a rate. */
export function shortRate(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}
