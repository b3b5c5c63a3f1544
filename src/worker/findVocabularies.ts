import { type Dirent } from 'node:fs';
import path from 'node:path';
import { type Pace } from '../engine/forward/pace';
import { listFolder } from '../files/foreignFiles';
import { readRegular } from '../files/regularFile';
import { usualOffsets } from '../models/vocabulary/offsets';
import { readVocabulary } from '../models/vocabulary/readVocabulary';
import { vocabularySizeOf, type VocabularySpec } from '../text/vocabularySpec';
import { type VocabularyCandidate } from '../trace/reading/modelQuestions';

const mostFiles = 200;
const mostBytes = 16 * 2 ** 20;
const mostEntries = 5000;
const endings = /\.(json|txt|vocab|tsv|dict|list|pkl|pickle)$|^[^.]+$/i;
const special = /^(\[[^\]\s]{1,12}\]|<[^>\s]{1,14}>|)$/;

/**
 * The files in a model's folder whose content is a list of tokens of about the size that the model reads (V ids). The
 * best fit first; nothing is followed into other folders.
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
    const bytes = readRegular(file, mostBytes);
    const spec = readVocabulary(bytes, path.basename(file), { size });
    return isFitting(spec, size) ? describe(path.basename(file), spec, size) : null;
  } catch {
    // Not a vocabulary, or one that leaves open which of its lists is meant.
    return null;
  }
}

/**
 * A table often has a few rows more than there are tokens (padding, unknown); fewer only where a word_index holds rarer
 * words too.
 */
function isFitting(spec: VocabularySpec, size: number): boolean {
  const found = vocabularySizeOf(spec);
  if (found > size) return spec.kind === 'keras' && spec.byId === true;
  return found > 1 && size - found <= Math.max(4, 0.1 * size);
}

function describe(file: string, spec: VocabularySpec, size: number): VocabularyCandidate {
  if (spec.kind === 'huggingFace')
    return { file, size: spec.size, level: 'subword', saysHow: true, lowercase: false, special: [], sample: [] };
  const { vocabulary, level, lowercase, unknownId } = spec;
  const tokens = vocabulary.map((text, id) => ({ id, text }));
  const offsets = usualOffsets(spec, size);
  return {
    file,
    size: vocabulary.length,
    level,
    saysHow: spec.kind === 'keras' && spec.saysCase === undefined,
    lowercase,
    ...(unknownId === undefined ? {} : { unknown: unknownId }),
    special: tokens.filter(({ text }) => special.test(text)).slice(0, 16),
    ...(offsets.length === 0 ? {} : { offsets }),
    sample: vocabulary.filter((text) => !special.test(text)).slice(0, 8),
  };
}
