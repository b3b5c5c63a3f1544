import { type Field } from '../../../src/trace/reading/cellKind';
import { type GateMovement, type SentenceMovement } from '../../../src/trace/lab/transferEvents';
import { type MovementPicture } from '../../paint/paintMovement';
import { type MovedLayer } from '../../store/gateMovements';
import { say } from '../../theme/strings';
import { formatValue, nameOfField } from '../fieldNames';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function nameOfGate(gate: string): string {
  return `${nameOfField((gate === 'a' ? 'h' : gate) as Field)} (${gate === 'a' ? 'h' : gate})`;
}

/** Which gate's weights moved most, and which unit's value. */
export function sayMost({ gates }: MovedLayer, texts: number): string {
  const byWeights = [...gates].sort((a, b) => b.relative - a.relative);
  const [first] = byWeights;
  if (first === undefined || first.relative === 0) return say('No gate moved: the layer stayed frozen.');
  const weights = say(
    'Weights moved most in the {0}: by {1} of their norm; least in the {2}: {3}.',
    nameOfGate(first.gate),
    percent(first.relative),
    nameOfGate(byWeights.at(-1)?.gate ?? ''),
    percent(byWeights.at(-1)?.relative ?? 0),
  );
  const value = mostChanged(gates);
  if (value === null || texts === 0) return weights;
  const { gate, unit } = value;
  return `${weights} ${say('The value that changed most is the {0} of unit {1}: mean {2} before, {3} after.', nameOfGate(gate.gate), unit, formatValue(gate.activation?.before[unit] ?? NaN), formatValue(gate.activation?.after[unit] ?? NaN))}`;
}

function mostChanged(gates: readonly GateMovement[]): { readonly gate: GateMovement; readonly unit: number } | null {
  let best: { readonly gate: GateMovement; readonly unit: number; readonly change: number } | null = null;
  for (const gate of gates) {
    gate.activation?.changed.forEach((change, unit) => {
      if (best === null || change > best.change) best = { gate, unit, change };
    });
  }
  return best;
}

/** The sentence and what both models answer on it. */
export function sayAnswers(sentence: SentenceMovement | null): string {
  if (sentence === null) return '';
  const { text, labels = [], answers } = sentence;
  const quoted = `“${text.length > 160 ? `${text.slice(0, 159)}\u2026` : text}”`;
  if (answers === undefined) return quoted;
  const top = (shares: readonly number[]): string => {
    const k = shares.indexOf(Math.max(...shares));
    return `${labels[k] ?? String(k)} ${percent(shares[k] ?? NaN)}`;
  };
  return answers.before === undefined
    ? `${quoted} ${say('Answer after: {0}.', top(answers.after))}`
    : `${quoted} ${say('Answer before: {0}; after: {1}.', top(answers.before), top(answers.after))}`;
}

/** What a cell is said of. */
export interface CellContext {
  readonly layer: MovedLayer;
  readonly picture: MovementPicture;
  readonly field: Field;
  readonly sentence: SentenceMovement | null;
  readonly texts: number;
}

/** A cell's numbers in a sentence. */
export function sayCell(
  { layer, picture, field, sentence, texts }: CellContext,
  { row, column }: { readonly row: number; readonly column: number },
): string {
  const unit = picture.order[row] ?? 0;
  const gate = layer.gates[column];
  if (gate === undefined) {
    const token = column - layer.gates.length;
    const change = picture.sentence?.valueAt(token, unit) ?? NaN;
    return say(
      'Unit {0} at “{1}”: {2} {3} after minus before.',
      unit,
      sentence?.tokens[token]?.text ?? '',
      nameOfField(field),
      signed(change),
    );
  }
  const weights = say(
    'Unit {0}, {1}: weights moved by {2} of their norm',
    unit,
    nameOfGate(gate.gate),
    percent(gate.perUnit[unit] ?? NaN),
  );
  const { activation } = gate;
  if (activation === undefined) return `${weights}.`;
  return `${weights}; ${say('mean value over {0} texts {1} before, {2} after (mean change {3}).', texts, formatValue(activation.before[unit] ?? NaN), formatValue(activation.after[unit] ?? NaN), formatValue(activation.changed[unit] ?? NaN))}`;
}

function signed(value: number): string {
  return value > 0 ? `+${formatValue(value)}` : formatValue(value);
}
