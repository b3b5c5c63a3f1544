import { type Dirent } from 'node:fs';
import path from 'node:path';
import { type Pace } from '../engine/forward/pace';
import { listFolder } from '../files/foreignFiles';
import { readRegular } from '../files/regularFile';
import { parseVocabulary } from '../models/vocabulary/parseVocabulary';
import { vocabularySizeOf, type VocabularySpec } from '../models/vocabulary/vocabularySpec';
import { type VocabularyCandidate } from '../trace/reading/modelQuestions';

const mostFiles = 200;
const mostBytes = 16 * 2 ** 20;
const mostEntries = 5000;
const endings = /\.(json|txt|vocab|tsv|dict|list)$|^[^.]+$/i;
/** Keras's Tokenizer.to_json() says how it splits; a bare word_index does not. */
const kerasTokenizer = /"class_name\\?":\s*\\?"Tokenizer\\?"/;
const special = /^(\[[^\]\s]{1,12}\]|<[^>\s]{1,14}>|)$/;

/**
 * The files in a model's folder whose content is a list of tokens of about the size that the model reads (V ids). The best fit
 * first; nothing is followed into other folders.
 */
export async function findVocabularies(
  modelPath: string,
  size: number,
  pace: Pace,
): Promise<readonly VocabularyCandidate[]> {
  const folder = path.dirname(modelPath);
  const found: VocabularyCandidate[] = [];
  for (const { name } of listFiles(folder, path.basename(modelPath)).slice(0, mostFiles)) {
    await pace.breathe();
    const candidate = readCandidate(path.join(folder, name), size);
    if (candidate !== null) found.push(candidate);
  }
  return found.sort((a, b) => Math.abs(size - a.size) - Math.abs(size - b.size) || a.file.localeCompare(b.file));
}

function listFiles(folder: string, modelName: string): readonly Dirent[] {
  try {
    const all = listFolder(folder, [folder]).slice(0, mostEntries);
    return all.filter(
      (entry) =>
        entry.isFile() &&
        entry.name !== modelName &&
        endings.test(entry.name) &&
        !/inspector\.json$|lstm-lab\.json$/.test(entry.name),
    );
  } catch {
    // A folder that cannot be listed holds no candidates.
    return [];
  }
}

function readCandidate(file: string, size: number): VocabularyCandidate | null {
  try {
    const text = readRegular(file, mostBytes).toString('utf8');
    const spec = parseVocabulary(text, path.basename(file), { size });
    return isFitting(vocabularySizeOf(spec), size)
      ? describe(path.basename(file), spec, kerasTokenizer.test(text))
      : null;
  } catch {
    // Not a vocabulary, or one that leaves open which of its lists is meant.
    return null;
  }
}

/** A table often has a few rows more than there are tokens (padding, unknown), and never fewer. */
function isFitting(found: number, size: number): boolean {
  return found > 1 && found <= size && size - found <= Math.max(4, 0.1 * size);
}

function describe(file: string, spec: VocabularySpec, isTokenizer: boolean): VocabularyCandidate {
  if (spec.kind === 'huggingFace')
    return { file, size: spec.size, level: 'subword', saysHow: true, lowercase: false, special: [], sample: [] };
  const { vocabulary, level, lowercase, unknownId } = spec;
  const tokens = vocabulary.map((text, id) => ({ id, text }));
  return {
    file,
    size: vocabulary.length,
    level,
    saysHow: isTokenizer,
    lowercase,
    ...(unknownId === undefined ? {} : { unknown: unknownId }),
    special: tokens.filter(({ text }) => special.test(text)).slice(0, 16),
    sample: vocabulary.filter((text) => !special.test(text)).slice(0, 8),
  };
}
