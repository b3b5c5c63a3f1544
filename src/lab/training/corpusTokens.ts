import { type Split } from '../../data/example';
import { createTokenizer, type InspectorSettings } from '../../models/inspectorSettings';
import { plainCharacters, unknownText } from '../../text/characterTokenizer';
import { buildCharacterVocabulary } from '../../text/characterVocabulary';
import { hasSpacelessScript } from '../../text/splitPieces';
import { unknownWord } from '../../text/wordTokenizer';
import { buildWordVocabulary } from '../../text/wordVocabulary';
import { type LabSettings } from './labSettings';

/** What the tokens of a training are; the vocabulary comes from its training part. */
export function describeTokens(
  settings: LabSettings,
  training: readonly string[],
  task: 'next-token' | 'classify',
): InspectorSettings {
  const { level, vocabularySize: size, minimumCount, folding } = settings.tokens;
  // A language model of characters learns capital letters too.
  const lowercase = settings.tokens.lowercase && !(level === 'character' && task === 'next-token');
  const common = {
    version: 1 as const,
    name: settings.name,
    task,
    level,
    folding,
    lookup: 'exact' as const,
    lowercase,
  };
  if (level === 'word') {
    const vocabulary = buildWordVocabulary(training, { size, minimumCount, lowercase, folding });
    return { ...common, vocabulary, unknown: vocabulary.indexOf(unknownWord), padding: 0 };
  }
  const padding = task === 'classify' ? [''] : [];
  const most = size - padding.length - 1;
  const characters =
    folding === 'ascii' ? plainCharacters : buildCharacterVocabulary(training, { size: most, minimumCount, lowercase });
  const vocabulary = [...padding, ...characters, unknownText];
  return {
    ...common,
    vocabulary,
    unknown: vocabulary.length - 1,
    ...(task === 'classify' ? { padding: 0 } : {}),
  };
}

/** The ids of a text. Yields between slices. */
export function encoderOf(inspector: InspectorSettings): (text: string) => Generator<void, Int32Array> {
  const tokenizer = createTokenizer(inspector);
  return (text) => tokenizer.encodeSlowly?.(text) ?? encodeAtOnce(tokenizer.tokenize(text));
}

function* encodeAtOnce(tokens: readonly { readonly id: number }[]): Generator<void, Int32Array> {
  return Int32Array.from(tokens, ({ id }) => id);
}

/**
 * How many tokens of the parts that nothing was learnt from are unknown, and how words were found where no spaces part
 * them.
 */
export function remarksOnTokens(
  { level, vocabulary, unknown }: InspectorSettings,
  parts: Split<readonly { readonly ids: Int32Array }[]>,
): readonly string[] {
  const noun = level === 'word' ? 'words' : 'characters';
  const shares = (['training', 'validation', 'test'] as const).flatMap((part) => {
    const all = parts[part].reduce((sum, { ids }) => sum + ids.length, 0);
    const missing = parts[part].reduce((sum, { ids }) => sum + countOf(ids, unknown), 0);
    return missing === 0 ? [] : [`${missing} of ${all} in the ${part} part (${((100 * missing) / all).toFixed(1)} %)`];
  });
  return [
    ...(shares.length > 0 ? [`Unknown ${noun}: ${shares.join(', ')}.`] : []),
    ...(level === 'word' && vocabulary.some(hasSpacelessScript)
      ? ['Words of scripts without spaces were found by Intl.Segmenter; "level": "character" reads each sign.']
      : []),
  ];
}

function countOf(ids: Int32Array, id: number | undefined): number {
  return id === undefined ? 0 : ids.reduce((count, each) => (each === id ? count + 1 : count), 0);
}
