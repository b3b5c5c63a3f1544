import path from 'node:path';
import { type Pace } from '../engine/forward/pace';
import { listFolder } from '../files/foreignFiles';
import { readRegular } from '../files/regularFile';
import { usualOffsets } from '../models/vocabulary/offsets';
import { readVocabulary } from '../models/vocabulary/readVocabulary';
import { vocabularySizeOf, type VocabularySpec } from '../text/vocabularySpec';
import {
  mayHoldVocabulary,
  mostVocabularyBytes,
  mostVocabularyFiles,
  type VocabularyCandidate,
} from '../trace/reading/modelQuestions';

const mostEntries = 5000;
const special = /^(\[[^\]\s]{1,12}\]|<[^>\s]{1,14}>|)$/;

/** A file that may hold a vocabulary; `read` throws where it cannot be read. */
export interface FileBeside {
  readonly name: string;
  readonly read: () => Uint8Array;
}

/** The files in the folder of a model; nothing is followed into other folders. */
export function filesBeside(modelPath: string): readonly FileBeside[] {
  const folder = path.dirname(modelPath);
  return namesIn(folder)
    .filter((name) => name !== path.basename(modelPath) && mayHoldVocabulary(name))
    .map((name) => ({ name, read: () => readRegular(path.join(folder, name), mostVocabularyBytes) }));
}

/** Files that were handed over with a model. */
export function filesHanded(files: Readonly<Record<string, Uint8Array>>): readonly FileBeside[] {
  return Object.entries(files).map(([name, bytes]) => ({ name, read: () => bytes }));
}

/** The files whose content is a list of tokens of about the size that a model reads (V ids); the best fit first. */
export async function findVocabularies(
  files: readonly FileBeside[],
  size: number,
  pace: Pace,
): Promise<readonly VocabularyCandidate[]> {
  const found: VocabularyCandidate[] = [];
  for (const file of files.slice(0, mostVocabularyFiles)) {
    await pace.breathe();
    const candidate = readCandidate(file, size);
    if (candidate !== null) found.push(candidate);
  }
  return found.sort((a, b) => Math.abs(size - a.size) - Math.abs(size - b.size) || a.file.localeCompare(b.file));
}

function namesIn(folder: string): readonly string[] {
  try {
    const all = listFolder(folder, [folder]).slice(0, mostEntries);
    return all.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch {
    // A folder that cannot be listed holds no candidates.
    return [];
  }
}

function readCandidate({ name, read }: FileBeside, size: number): VocabularyCandidate | null {
  try {
    const spec = readVocabulary(read(), name, { size });
    return isFitting(spec, size) ? describe(name, spec, size) : null;
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
