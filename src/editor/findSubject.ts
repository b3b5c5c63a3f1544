import { hashText, type Subject } from '../session/subject';

/** What a panel kept of its text. */
export interface KeptSource {
  readonly uri?: string;
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly hash: string;
  readonly text?: string;
}

/** Opens a document by its URI; null if it is gone. */
export type OpenText = (
  uri: string,
) => Promise<{ readonly text: string; readonly title: string; readonly isUntitled: boolean } | null>;

/**
 * The text of a restored panel: from its document where it stands as it was, else what is there now, marked as stale.
 */
export async function findSubject(
  kept: KeptSource,
  open: OpenText,
  sentenceTitle: string,
): Promise<{ subject: Subject; stale: 'changed' | 'gone' | null }> {
  const document = kept.uri === undefined ? null : await open(kept.uri);
  const place = {
    ranges: kept.ranges,
    borders: bordersOf(kept.ranges),
    ...(kept.uri === undefined ? {} : { uri: kept.uri }),
  };
  if (!document) {
    const title = kept.uri === undefined ? sentenceTitle : titleOf(kept.uri);
    const isSentence = kept.uri === undefined;
    return {
      subject: { ...place, title, text: kept.text ?? '', isStored: kept.text === undefined },
      stale: isSentence ? null : 'gone',
    };
  }
  const text = kept.ranges.map(({ start, end }) => document.text.slice(start, end)).join('');
  const subject: Subject = { ...place, title: document.title, text, isStored: !document.isUntitled };
  if (hashText(text) === kept.hash) return { subject, stale: null };
  if (kept.text === undefined) return { subject: clip(subject, document.text.length), stale: 'changed' };
  return { subject: { ...subject, text: kept.text }, stale: 'changed' };
}

/** Offsets in the joined text where the second range begins, the third, and so on. */
export function bordersOf(ranges: readonly { readonly start: number; readonly end: number }[]): readonly number[] {
  let offset = 0;
  return ranges.slice(0, -1).map(({ start, end }) => (offset += end - start));
}

function clip(subject: Subject, length: number): Subject {
  const ranges = subject.ranges
    .map(({ start, end }) => ({ start: Math.min(start, length), end: Math.min(end, length) }))
    .filter(({ start, end }) => end > start);
  return { ...subject, ranges, borders: bordersOf(ranges) };
}

function titleOf(uri: string): string {
  const path = uri.split(/[?#]/)[0] ?? uri;
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
}
