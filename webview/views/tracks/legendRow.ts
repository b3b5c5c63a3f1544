import { type Field, displayOrder } from '../../../src/trace/reading/cellKind';
import { type TileLook } from '../../paint/paintTile';
import { isGate, type StateScale, type ValueScale } from '../../scales/valueScale';
import { type Action, shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { element, setText } from '../element';
import { createLegendBar, type LegendBar } from '../legendBar';
import { type Track } from './scene';

/** Fields that share a scale, and the scale. */
interface LegendEntry {
  readonly fields: readonly Field[];
  readonly look: TileLook;
}

/** One line over the heatmaps: a legend for the gates, one for the states, and the choice of the cell state's scale. */
export function createLegendRow(dispatch: (action: Action) => void): Track {
  const units = element('span', { class: 'name' });
  const legends = element('div', { class: 'legends' });
  const scaleChoice = createScaleChoice(dispatch);
  const plot = element('div', { class: 'plot', children: [legends, scaleChoice.root] });
  const root = element('div', {
    class: 'track track-legend',
    children: [element('div', { class: 'gutter', children: [units] }), plot],
  });
  let shown = '';
  let bars: readonly LegendBar[] = [];
  return {
    root,
    paint: ({ state, looks }) => {
      const shape = shownLayer(state);
      if (shape === undefined) return;
      setText(units, shape.units === 1 ? say('1 unit') : say('{0} units', shape.units));
      const entries = legendEntries(looks);
      const key = entries.map(({ fields }) => fields.join('')).join('|');
      if (key !== shown) {
        shown = key;
        bars = entries.map(() => createLegendBar());
        legends.replaceChildren(...entries.map((entry, k) => legendOf(entry, entries, bars[k] as LegendBar)));
      }
      entries.forEach(({ look }, k) => bars[k]?.update(look.scale, look.table));
      const cell = looks.get('c');
      scaleChoice.root.hidden = cell === undefined;
      if (cell !== undefined) scaleChoice.update(cell.scale);
    },
  };
}

/** The fields in display order, those of one scale together. */
export function legendEntries(looks: ReadonlyMap<Field, TileLook>): readonly LegendEntry[] {
  const groups = new Map<string, { fields: Field[]; look: TileLook }>();
  for (const field of displayOrder) {
    const look = looks.get(field);
    if (look === undefined) continue;
    const { kind, low, high, isClamped } = look.scale;
    const key = `${kind}|${low}|${high}|${isClamped === true}`;
    const group = groups.get(key) ?? { fields: [], look };
    groups.set(key, group);
    group.fields.push(field);
  }
  return [...groups.values()];
}

function legendOf({ fields }: LegendEntry, all: readonly LegendEntry[], bar: LegendBar): HTMLElement {
  const areGates = fields.every(isGate);
  const isOnly = all.filter((entry) => entry.fields.every(isGate) === areGates).length === 1;
  const name = !isOnly ? fields.join(' ') : areGates ? say('gates') : say('states');
  return element('div', {
    class: 'legend-entry',
    children: [element('span', { class: 'legend-name', text: name }), bar.root],
  });
}

const stateScales: readonly StateScale[] = ['linear', 'tanh', 'log'];

/** A button that goes through the scales of the cell state. */
function createScaleChoice(dispatch: (action: Action) => void): {
  readonly root: HTMLElement;
  update(scale: ValueScale): void;
} {
  let shown: StateScale = 'linear';
  const names: Readonly<Record<StateScale, string>> = {
    linear: say('c in proportion'),
    tanh: say('c as tanh(c)'),
    log: say('c by its logarithm'),
  };
  const next = (): StateScale => stateScales[(stateScales.indexOf(shown) + 1) % stateScales.length] ?? 'linear';
  const root = element('button', { class: 'link scale-choice', attributes: { type: 'button' } });
  root.addEventListener('click', (event) => {
    event.stopPropagation();
    dispatch({ type: 'choose', choice: { stateScale: next() } });
  });
  root.addEventListener('keydown', (event) => event.stopPropagation());
  return {
    root,
    update: (scale) => {
      shown = scale.shape ?? 'linear';
      setText(root, names[shown]);
      root.title = say('Colours of the cell state: {0}. Click for {1}.', names[shown], names[next()]);
    },
  };
}
