import { shownFieldsOf } from '../../../src/trace/reading/cellKind';
import { type LayerShape } from '../../../src/trace/reading/trace';
import { type InspectorState, shownLayer } from '../../store/inspectorState';
import { describeUnit } from '../../store/sentences';
import { type TraceBlocks } from '../../store/traceBlocks';
import { unitValues } from '../../store/unitValues';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue, nameOfField, showToken } from '../fieldNames';
import { gateLines, stateLines } from './formulaLines';
import { pinLetters } from '../tracks/markers';
import { type View } from '../view';
import { formulaStep } from '../viewRequests';

/**
 * The pane about one unit: its formula with its numbers at the pinned token, what every gate and state is doing there,
 * and the pins compared.
 */
export function createUnitPane(container: HTMLElement, blocks: TraceBlocks): View {
  let shown: readonly unknown[] = [];
  return {
    update: (state) => {
      const { view } = state;
      const key = [
        view.unit,
        formulaStep(state),
        view.pins,
        view.layer,
        view.direction,
        state.formula,
        state.dataVersion,
        state.inspection,
      ];
      if (key.every((part, k) => part === shown[k])) return;
      shown = key;
      container.replaceChildren(...contents(state, blocks));
    },
  };
}

function contents(state: InspectorState, blocks: TraceBlocks): readonly HTMLElement[] {
  const shape = shownLayer(state);
  const step = formulaStep(state);
  const { unit } = state.view;
  if (shape === undefined || unit === null || step === null) {
    return [
      element('p', {
        class: 'hint',
        text: say(
          'Click a cell of a heatmap, or move with the arrow keys, to choose a unit and a token. Its formula appears here with its numbers.',
        ),
      }),
    ];
  }
  const values = unitValues(blocks, shape, unit, step);
  const title = say('Unit {0} at step {1}', unit, step);
  const token = element('span', { class: 'token-text', text: showToken(state.tokens.at(step)?.text ?? '') });
  const heading = element('h2', { class: 'unit-heading', children: [element('span', { text: title }), token] });
  if (values === null) return [heading, element('p', { class: 'hint', text: say('Its values have not arrived yet.') })];
  const isFormula = state.formula?.unit === unit && state.formula.step === step;
  const sentences = describeUnit(shape.cell, values).map(({ field, sentence }) =>
    element('li', {
      children: [
        element('span', { class: 'letter', text: field }),
        element('span', { class: 'sentence-value', text: formatValue(values.now[field] ?? NaN) }),
        element('span', { class: 'sentence', text: sentence }),
      ],
    }),
  );
  return [
    heading,
    ...(state.formula !== null && isFormula ? gateLines(state.formula) : []),
    ...stateLines(shape.cell, values),
    element('h2', { text: say('What it is doing here') }),
    element('ul', { class: 'sentences', children: sentences }),
    ...comparePins(state, blocks, shape, unit),
  ];
}

function comparePins(
  state: InspectorState,
  blocks: TraceBlocks,
  shape: LayerShape,
  unit: number,
): readonly HTMLElement[] {
  const { pins } = state.view;
  if (pins.length < 2) return [];
  const columns = pins.map((step) => unitValues(blocks, shape, unit, step));
  const head = element('tr', {
    children: [
      element('th', { text: say('unit {0}', unit), attributes: { scope: 'col' } }),
      ...pins.map((step, k) =>
        element('th', {
          text: `${pinLetters[k] ?? ''} ${showToken(state.tokens.at(step)?.text ?? '')}`,
          attributes: { scope: 'col' },
        }),
      ),
    ],
  });
  const rows = shownFieldsOf(shape.cell).map((field) =>
    element('tr', {
      children: [
        element('th', {
          attributes: { scope: 'row' },
          children: [
            element('span', { class: 'letter', text: field }),
            element('span', { class: 'name', text: nameOfField(field) }),
          ],
        }),
        ...columns.map((values) =>
          element('td', { text: values === null ? '\u2026' : formatValue(values.now[field] ?? NaN) }),
        ),
      ],
    }),
  );
  return [
    element('h2', { text: say('Pins compared') }),
    element('table', {
      class: 'statistics',
      children: [element('thead', { children: [head] }), element('tbody', { children: rows })],
    }),
  ];
}
