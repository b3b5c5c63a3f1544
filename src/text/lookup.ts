import { type Tally } from './tokenizer';

/** How what is read is looked up in a vocabulary. */
export interface LookupRule {
  /**
   * `ascii`: everything is folded to its plain form (what no letter of English has falls away) before it is looked up.
   */
  readonly folding: 'ascii' | 'none';
  /** Looked up in lower case; `nearest` tries that after the form as written. */
  readonly lowercase: boolean;
  /**
   * `exact`: as a training reads. `nearest`: as written, else in lower case, else without accents, for vocabularies of
   * which nobody said how they were made. Absent: `exact`.
   */
  readonly lookup?: 'exact' | 'nearest';
  /** `lowercase` was stated and not guessed: `nearest` takes lower case for the form as written, or does not try it. */
  readonly saysCase?: boolean;
}

/** What folding does to a character or a word; null where there is no such form. */
export interface Folds {
  /** The form of {@link LookupRule.folding} `ascii`. */
  readonly plain: (form: string) => string | null;
  /** Forms to try last, likeliest first. */
  readonly nearest: (form: string) => readonly (string | null)[];
}

/** An entry of the vocabulary, and by which form it was found; -1: none. */
export interface Found {
  readonly id: number;
  readonly by: 'exact' | 'lowercase' | 'folded';
}

const nothing: Found = { id: -1, by: 'exact' };

/**
 * Texts are compared in Unicode's composed form (NFC), in which nearly all text is; a sign typed as base and mark is
 * the same.
 */
export function createLookup(vocabulary: readonly string[], rule: LookupRule, folds: Folds): (form: string) => Found {
  const idOf = indexOf(vocabulary);
  const find = (form: string | null): number => (form === null ? undefined : idOf.get(form)) ?? -1;
  const { lowercase, saysCase = false } = rule;
  if (rule.folding === 'ascii') {
    return (form) => {
      const plain = folds.plain(form);
      return { id: find(lowercase && plain !== null ? plain.toLowerCase() : plain), by: 'exact' };
    };
  }
  if (rule.lookup !== 'nearest') return (form) => ({ id: find(writtenForm(form, lowercase)), by: 'exact' });
  const triesLower = lowercase || !saysCase;
  const byLower = saysCase ? 'exact' : 'lowercase';
  return (form) => {
    const raw = find(form);
    const written = raw >= 0 ? raw : find(form.normalize('NFC'));
    if (written >= 0) return { id: written, by: 'exact' };
    const lower = form.toLowerCase();
    const lowered = triesLower ? find(lower.normalize('NFC')) : -1;
    if (lowered >= 0) return { id: lowered, by: byLower };
    for (const folded of [form, ...(triesLower ? [lower] : [])].flatMap(folds.nearest)) {
      const id = find(folded);
      if (id >= 0) return { id, by: 'folded' };
    }
    return nothing;
  };
}

/** A form as a training reads it without folding. */
export function writtenForm(form: string, lowercase: boolean): string {
  return (lowercase ? form.toLowerCase() : form).normalize('NFC');
}

/** By the text as it stands, and by its composed form where that is no other entry. The last of equal ones counts. */
function indexOf(vocabulary: readonly string[]): ReadonlyMap<string, number> {
  const idOf = new Map(vocabulary.map((text, id) => [text, id] as const));
  vocabulary.forEach((text, id) => {
    const composed = text.normalize('NFC');
    if (!idOf.has(composed)) idOf.set(composed, id);
  });
  return idOf;
}

/** Counts what was found otherwise than as written. */
export function tallyFound(tally: Tally | undefined, { id, by }: Found): void {
  if (tally !== undefined && id >= 0 && by !== 'exact') tally[by]++;
}
