import { cellDescriptions, type CellKind, hasRecurrentKernel, knowsSetting } from '../../trace/reading/cellKind';
import { type InitialisationSettings, type UntrainedSpec } from '../../trace/reading/decay';

/** What tells an untrained cell from others in a legend. */
export function nameOfCell({ cell, forgetBias, spectralRadius, resetAfter }: UntrainedSpec): string {
  const parts = [cellDescriptions[cell].name];
  if (knowsSetting(cell, 'forgetBias'))
    parts.push(forgetBias === 'chrono' ? 'chrono' : `forget bias ${forgetBias ?? 1}`);
  if (knowsSetting(cell, 'spectralRadius') && spectralRadius !== undefined)
    parts.push(`spectral radius ${spectralRadius}`);
  if (knowsSetting(cell, 'resetAfter') && resetAfter === false) parts.push('reset before');
  return parts.join(', ');
}

/** How weights were drawn, in one phrase with everything that decides the outcome. */
export function describeInitialisation(cell: CellKind, settings: InitialisationSettings): string {
  const parts = [`W ${settings.init}`];
  if (hasRecurrentKernel(cell)) parts.push(`U ${settings.recurrentInit}`);
  if (knowsSetting(cell, 'forgetBias'))
    parts.push(settings.forgetBias === 'chrono' ? 'chrono biases' : `forget bias ${settings.forgetBias}`);
  if (knowsSetting(cell, 'spectralRadius') && settings.spectralRadius !== undefined)
    parts.push(`spectral radius ${settings.spectralRadius}`);
  return `${parts.join(', ')}, other biases 0`;
}
