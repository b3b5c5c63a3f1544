import {
  type CharacterTokenizer,
  createCharacterTokenizer,
  plainCharacters,
  unknownText,
} from '../../src/text/characterTokenizer';

/** The bundled models' tokenizer: folded to {@link plainCharacters}, the last id is the unknown character. */
export function createPlainCharacterTokenizer(): CharacterTokenizer {
  const vocabulary = [...plainCharacters, unknownText];
  return createCharacterTokenizer({ vocabulary, unknownId: vocabulary.length - 1, folding: 'ascii' });
}
