import { type CellKind } from '../../trace/reading/cellKind';
import { type InitialisationSettings, type UntrainedSpec } from '../../trace/reading/decay';

const cellNames: Readonly<Record<CellKind, string>> = { lstm: 'LSTM', gru: 'GRU', rnn: 'RNN' };

/** What tells an untrained cell from others in a legend. */
export function nameOfCell({ cell, forgetBias, spectralRadius, resetAfter }: UntrainedSpec): string {
  const parts = [cellNames[cell]];
  if (cell === 'lstm') parts.push(forgetBias === 'chrono' ? 'chrono' : `forget bias ${forgetBias ?? 1}`);
  if (cell === 'rnn' && spectralRadius !== undefined) parts.push(`spectral radius ${spectralRadius}`);
  if (cell === 'gru' && resetAfter === false) parts.push('reset before');
  return parts.join(', ');
}

/** How weights were drawn, in one phrase with everything that decides the outcome. */
export function describeInitialisation(cell: CellKind, settings: InitialisationSettings): string {
  const parts = [`W ${settings.init}`, `U ${settings.recurrentInit}`];
  if (cell === 'lstm')
    parts.push(settings.forgetBias === 'chrono' ? 'chrono biases' : `forget bias ${settings.forgetBias}`);
  if (cell === 'rnn' && settings.spectralRadius !== undefined) parts.push(`spectral radius ${settings.spectralRadius}`);
  return `${parts.join(', ')}, other biases 0`;
}
