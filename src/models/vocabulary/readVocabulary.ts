import { InspectorError, toFailure } from '../../base/errors';
import { createBytesReader, type RangeReader } from '../fileAccess';
import { isPickled, readPickled } from '../torch/pickledData';
import { type PickleValue } from '../torch/pickleValue';
import { parseVocabulary, parseVocabularyValue, type VocabularyChoice } from './parseVocabulary';
import { plainOf } from './pickledVocabulary';
import { type VocabularySpec } from '../../text/vocabularySpec';

/**
 * Reads a vocabulary file: text, JSON, a pickle (a Tokenizer, an index, a list), or what a checkpoint (.pt) holds
 * beside its weights.
 */
export function readVocabulary(bytes: Uint8Array, name: string, choice: VocabularyChoice): VocabularySpec {
  const file = createBytesReader(bytes);
  if (!isPickled(file)) return parseVocabulary(new TextDecoder().decode(bytes), name, choice);
  return parseVocabularyValue(plainOf(readNamed(file, name)), name, choice);
}

function readNamed(file: RangeReader, name: string): PickleValue {
  try {
    return readPickled(file);
  } catch (thrown) {
    if (!(thrown instanceof InspectorError)) throw thrown;
    const { code, message } = toFailure(thrown);
    throw new InspectorError(code, `The vocabulary ${name} cannot be read: ${message}`, { cause: thrown });
  }
}
