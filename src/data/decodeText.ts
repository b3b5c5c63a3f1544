import { TextDecoder as LegacyDecoder } from '@exodus/bytes/encoding.js';
import { InspectorError } from '../base/errors';

/**
 * Decodes a text file: by its byte-order mark (UTF-8, UTF-16), else by the stated encoding (any label of the WHATWG
 * Encoding Standard, e.g. windows-1252), else as UTF-8. Bytes that are not valid are refused with the line where they
 * stand.
 */
export function decodeText(bytes: Uint8Array, fileName: string, encoding?: string): string {
  const label = byteOrderMark(bytes) ?? encoding ?? 'utf-8';
  const decoder = createDecoder(label, fileName);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const line = firstBadLine(bytes, label);
    throw new InspectorError(
      'data-invalid',
      `${fileName}, line ${line}: not valid ${label}; name the file's "encoding" in the settings.`,
      { cause },
    );
  }
}

function byteOrderMark(bytes: Uint8Array): string | null {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return null;
}

interface Decoder {
  decode(bytes: Uint8Array): string;
}

/**
 * Node's own decoder reads UTF-8 and UTF-16 fast and rightly. Of the legacy encodings it takes windows-1252 for Latin-1
 * (https://github.com/nodejs/node/issues/56542) and has ICU's tables for others, which differ from the standard's
 * (EUC-KR without the syllables of windows-949, Big5 without Hong Kong's characters, no ISO-8859-16).
 */
function createDecoder(label: string, fileName: string): Decoder {
  const isUnicode = /^utf-?(8|16(le|be)?)$/i.test(label.trim());
  try {
    return isUnicode ? new TextDecoder(label, { fatal: true }) : new LegacyDecoder(label, { fatal: true });
  } catch (cause) {
    throw new InspectorError(
      'data-invalid',
      `${fileName}: the encoding "${label}" is not known; try utf-8, utf-16le or windows-1252.`,
      { cause },
    );
  }
}

/** Line (from 1) of the first byte that the encoding does not allow: the first line that does not decode on its own. */
function firstBadLine(bytes: Uint8Array, label: string): number {
  const isWide = /^utf-?16/i.test(label);
  if (isWide) return new TextDecoder(label).decode(bytes).split('\ufffd', 1)[0]?.split('\n').length ?? 1;
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    try {
      createDecoder(label, '').decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return line;
}
