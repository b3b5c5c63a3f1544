import { type FieldChange, type TraceDifference, type ValueChange } from '../../../src/trace/reading/difference';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue, nameOfField, showToken } from '../fieldNames';

/** The largest changes of the field shown, one a row; choosing a row calls back with its cell. */
export function changesTable(difference: TraceDifference, onChoose: (change: ValueChange) => void): HTMLElement {
  if (difference.changes.length === 0)
    return element('p', { class: 'difference-empty', text: say('Nothing has changed in this field.') });
  const head = [say('token'), say('step'), say('unit'), say('before'), say('now'), say('change')];
  const rows = difference.changes.map((change) => {
    const token = difference.tokens[change.step - difference.from];
    const choose = element('button', {
      class: 'link-button',
      text: token === undefined ? '' : showToken(token.text),
      attributes: { type: 'button', title: say('Show this cell') },
    });
    choose.addEventListener('click', () => onChoose(change));
    const numbers = [
      String(change.step),
      String(change.unit),
      formatValue(change.before),
      formatValue(change.now),
      signed(change.now - change.before),
    ];
    return element('tr', {
      children: [
        element('th', { attributes: { scope: 'row' }, children: [choose] }),
        ...numbers.map((text) => element('td', { text })),
      ],
    });
  });
  return tableOf(head, rows);
}

/** How much each field of each layer changed, the one that changed most first; choosing one calls back. */
export function fieldsTable(difference: TraceDifference, onChoose: (field: FieldChange) => void): HTMLElement {
  const sorted = [...difference.fields].sort((a, b) => b.rootMeanSquare - a.rootMeanSquare);
  const rows = sorted.map((change) => {
    const { layer, direction, field } = difference.shown;
    const isShown = change.layer === layer && change.direction === direction && change.field === field;
    const choose = element('button', {
      class: 'link-button',
      text: nameOfChange(change, difference),
      attributes: { type: 'button', 'aria-pressed': String(isShown) },
    });
    choose.addEventListener('click', () => onChoose(change));
    return element('tr', {
      class: isShown ? 'is-shown' : '',
      children: [
        element('th', { attributes: { scope: 'row' }, children: [choose] }),
        element('td', { text: formatValue(change.rootMeanSquare) }),
        element('td', { text: formatValue(change.largest) }),
      ],
    });
  });
  return tableOf([say('field'), say('typical change (rms)'), say('largest')], rows);
}

/** "forget gate f", with its layer where there are several and its direction where there are two. */
export function nameOfChange(
  { layer, direction, field }: Pick<FieldChange, 'layer' | 'direction' | 'field'>,
  { layers }: TraceDifference,
): string {
  const name = `${nameOfField(field)} ${field}`;
  const place = [
    ...(layers.some((other) => other.layer !== layer) ? [say('layer {0}', layer)] : []),
    ...(layers.some((other) => other.direction !== direction) ? [say(direction)] : []),
  ];
  return place.length === 0 ? name : `${name}, ${place.join(', ')}`;
}

/** A change with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${formatValue(value)}` : formatValue(value);
}

function tableOf(head: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const top = element('tr', { children: head.map((text) => element('th', { text, attributes: { scope: 'col' } })) });
  return element('table', {
    class: 'statistics difference-table',
    children: [element('thead', { children: [top] }), element('tbody', { children: rows })],
  });
}
