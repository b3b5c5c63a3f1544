import { type Gate } from '../../../src/trace/reading/cellKind';
import { say } from '../../theme/strings';
import { nameOfField } from '../fieldNames';

/** The reader's name of a gate. */
export function nameOfGate(gate: Gate): string {
  return gate === 'a' ? say('all weights') : nameOfField(gate);
}
