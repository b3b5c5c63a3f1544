import { type UnitFormula } from '../../../src/protocol/summaries';
import { type FormulaFactor, type StateFormula } from '../../../src/trace/cells/cellDescription';
import {
  cellDescriptions,
  type CellKind,
  displayOrder,
  type Field,
  type StateName,
} from '../../../src/trace/reading/cellKind';
import { type UnitValues } from '../../store/sentences';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue } from '../fieldNames';

const times = '\u00d7';
const before = '\u2032';

/** The gates of a unit: the activation in sight, and behind it the sum by its named parts, W x, U h' and b. */
export function gateLines(formula: UnitFormula): readonly HTMLElement[] {
  const place = ({ gate }: UnitFormula['gates'][number]): number => displayOrder.indexOf(gate as Field);
  const gates = [...formula.gates].sort((one, other) => place(one) - place(other));
  return gates.map((gate) => {
    const isRnn = gate.gate === 'a';
    const terms: readonly (readonly [string, number])[] = [
      ['W x', gate.fromInput],
      [`U h${before}`, gate.fromState],
      ['b', gate.bias],
    ];
    const parts = terms.map(([name, value]) => `${name} ${formatValue(value)}`).join(', ');
    const activated = `${activationName(gate.activation)}(${formatValue(gate.sum)}) = ${formatValue(gate.value)}`;
    const pushes = gate.contributions.slice(0, 4).map(({ unit, value }) => say('unit {0}: {1}', unit, signed(value)));
    return element('details', {
      class: 'gate-line',
      children: [
        element('summary', {
          children: [
            element('span', { class: 'letter', text: isRnn ? 'h' : gate.gate }),
            element('span', {
              class: 'gate-value',
              text: activated,
            }),
          ],
        }),
        element('p', { class: 'formula', text: say('{0}; together {1}', parts, formatValue(gate.sum)) }),
        ...(pushes.length === 0
          ? []
          : [
              element('p', {
                class: 'hint',
                text: say('Pushed most by the last hidden state of {0}.', pushes.join(', ')),
              }),
            ]),
      ],
    });
  });
}

/**
 * How the states come from the gates, with this unit's numbers: c = f c' + i g, h = o tanh(c); h = z h' + (1 - z) n.
 */
export function stateLines(cell: CellKind, { now, before: past }: UnitValues): readonly HTMLElement[] {
  const known = cellDescriptions[cell].formula.filter(({ state }, k) => k === 0 || now[state] !== undefined);
  return known.map(({ state, sum }) => {
    const result = `= ${formatValue(now[state] ?? 0)}`;
    if (typeof sum === 'string') return line(`${state} = ${sum}`, result);
    return line(`${state} = ${writeSum(sum, symbolOf)}`, `${writeSum(sum, numberOf({ now, before: past }))} ${result}`);
  });
}

function writeSum(sum: Exclude<StateFormula<Field>['sum'], string>, write: (factor: Factor) => string): string {
  return sum.map((factors) => factors.map(write).join(` ${times} `)).join(' + ');
}

type Factor = FormulaFactor<Field>;

function symbolOf(factor: Factor): string {
  if ('now' in factor) return factor.now;
  if ('before' in factor) return `${factor.before}${before}`;
  return 'tanh' in factor ? `tanh(${factor.tanh})` : `(1 \u2212 ${factor.oneMinus})`;
}

function numberOf({ now, before: past }: UnitValues): (factor: Factor) => string {
  return (factor) => {
    if ('now' in factor) return formatValue(now[factor.now] ?? 0);
    if ('before' in factor) return formatValue(past[factor.before as StateName] ?? 0);
    const share = 'tanh' in factor ? Math.tanh(now[factor.tanh] ?? 0) : 1 - (now[factor.oneMinus] ?? 0);
    return formatValue(share);
  };
}

function line(symbols: string, numbers: string): HTMLElement {
  return element('div', {
    class: 'state-line',
    children: [
      element('p', { class: 'formula', text: symbols }),
      element('p', { class: 'formula numbers', text: numbers }),
    ],
  });
}

function signed(value: number): string {
  return value > 0 ? `+${formatValue(value)}` : formatValue(value);
}

function activationName(activation: string): string {
  return activation === 'sigmoid' ? '\u03c3' : activation;
}
