import { type UnitFormula } from '../../../src/protocol/summaries';
import { type CellKind } from '../../../src/trace/reading/cellKind';
import { type UnitValues } from '../../store/sentences';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue } from '../fieldNames';

const times = '\u00d7';
const before = '\u2032';

/** The gates of a unit with the sums behind them: W x + U h' + b, then the activation. */
export function gateLines(formula: UnitFormula): readonly HTMLElement[] {
  return formula.gates.map((gate) => {
    const isRnn = gate.gate === 'a';
    const terms: readonly (readonly [string, number])[] = [
      ['W x', gate.fromInput],
      [`U h${before}`, gate.fromState],
      ['b', gate.bias],
    ];
    const sum = element('span', {
      class: 'terms',
      children: terms.map(([name, value], k) => term(name, value, k > 0)),
    });
    const result = `= ${formatValue(gate.sum)}, ${activationName(gate.activation)}(${formatValue(gate.sum)}) = ${formatValue(gate.value)}`;
    const pushes = gate.contributions.slice(0, 4).map(({ unit, value }) => say('unit {0}: {1}', unit, signed(value)));
    return element('details', {
      class: 'gate-line',
      children: [
        element('summary', {
          children: [
            element('span', { class: 'letter', text: isRnn ? 'h' : gate.gate }),
            element('span', {
              class: 'gate-value',
              text: `${activationName(gate.activation)}(${formatValue(gate.sum)}) = ${formatValue(gate.value)}`,
            }),
          ],
        }),
        element('p', { class: 'formula', children: [sum, element('span', { text: ` ${result}` })] }),
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

/** How the states come from the gates, with this unit's numbers: c = f c' + i g, h = o tanh(c); h = z h' + (1 - z) n. */
export function stateLines(cell: CellKind, { now, before: past }: UnitValues): readonly HTMLElement[] {
  const v = (value: number | undefined): string => formatValue(value ?? 0);
  if (cell === 'lstm') {
    const c = line(
      `c = f ${times} c${before} + i ${times} g`,
      `${v(now.f)} ${times} ${v(past.c)} + ${v(now.i)} ${times} ${v(now.g)} = ${v(now.c)}`,
    );
    const h = line(`h = o ${times} tanh(c)`, `${v(now.o)} ${times} ${v(Math.tanh(now.c ?? 0))} = ${v(now.h)}`);
    return now.h === undefined ? [c] : [c, h];
  }
  if (cell === 'gru')
    return [
      line(
        `h = z ${times} h${before} + (1 \u2212 z) ${times} n`,
        `${v(now.z)} ${times} ${v(past.h)} + ${v(1 - (now.z ?? 0))} ${times} ${v(now.n)} = ${v(now.h)}`,
      ),
    ];
  return [line(`h = tanh(W x + U h${before} + b)`, `= ${v(now.h)}`)];
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

function term(name: string, value: number, isLater: boolean): HTMLElement {
  const sign = isLater ? (value < 0 ? ' \u2212 ' : ' + ') : value < 0 ? '\u2212' : '';
  return element('span', {
    children: [
      element('span', { text: `${sign}${formatValue(Math.abs(value))}` }),
      element('span', { class: 'term-name', text: ` ${name}` }),
    ],
  });
}

function signed(value: number): string {
  return value > 0 ? `+${formatValue(value)}` : formatValue(value);
}

function activationName(activation: string): string {
  return activation === 'sigmoid' ? '\u03c3' : activation;
}
