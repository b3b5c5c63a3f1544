/** How long a text from a file may be where VS Code or a terminal shows it, in UTF-16 code units. */
export const shownLimits = { label: 300, message: 900, tooltip: 4000, token: 120 } as const;

/**
 * Characters that a person does not see and that change what is seen: controls, bidirectional overrides, lone
 * surrogates, invisible letters, what XML cannot hold. A line feed and a tab stay, and so do the joiners that scripts
 * and emoji need.
 */
const hidden =
  /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

/** An invisible character that no reader of markup skips: it parts `]` from `(` and `$` from `(`. */
const separator = '\u200c';

/** The text with every hidden character shown: ESC as its control picture, the others as `[U+202E]`. */
export function showHidden(text: string): string {
  return text.replace(hidden, picture);
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/**
 * JSON with every hidden character as its escape: the same value to whoever reads it, and nothing that moves a
 * terminal.
 */
export function escapeHidden(json: string): string {
  return json.replace(hidden, (character) =>
    Array.from(
      { length: character.length },
      (_, k) => `\\u${character.charCodeAt(k).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** At most `limit` code units: the middle gives way, since a sentence begins with the file and ends with what to do. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.floor((limit - 1) / 3);
  return `${text.slice(0, limit - 1 - tail)}\u2026${text.slice(text.length - tail)}`;
}

/** A text on one line: a run of white space is one space. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0085]+/g, ' ');
}

/**
 * A text of several lines for VS Code: hidden characters shown, bounded, and without the markup that notifications,
 * progress and input boxes (`[text](command:...)`) or labels (`$(icon)`) follow. The text reads the same.
 */
export function plainLines(text: string, limit: number = shownLimits.tooltip): string {
  return showHidden(shorten(text, limit)).replaceAll('](', `]${separator}(`).replaceAll('$(', `$${separator}(`);
}

/** {@link plainLines} on one line. */
export function plainText(text: string, limit: number = shownLimits.message): string {
  return plainLines(oneLine(shorten(text, 4 * limit)).trim(), limit);
}
