/**
 * Plain forms that neither NFKC nor NFKD give: quotation marks, dashes, dots and letters whose stroke is no combining
 * mark (the rows of CLDR's Latin-ASCII transform that end in one character).
 */
const plainForms: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201b': "'",
  '\u2032': "'",
  '\u2035': "'",
  '\u2039': "'",
  '\u203a': "'",
  '\u02b9': "'",
  '\u02bb': "'",
  '\u02bc': "'",
  '\u00b4': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u201f': '"',
  '\u2033': '"',
  '\u00ab': '"',
  '\u00bb': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2015': '-',
  '\u2212': '-',
  '\u00ad': '-',
  '\u2043': '-',
  '\ufe58': '-',
  '\u2026': '.',
  '\u2022': '*',
  '\u00b7': '*',
  '\u2217': '*',
  '\u2044': '/',
  '\u2215': '/',
  '\u00d7': 'x',
  '\u2223': '|',
  '\u00d8': 'O',
  '\u00f8': 'o',
  '\u0141': 'L',
  '\u0142': 'l',
  '\u0110': 'D',
  '\u0111': 'd',
  '\u0126': 'H',
  '\u0127': 'h',
  '\u0131': 'i',
  '\u0166': 'T',
  '\u0167': 't',
  '\u0180': 'b',
  '\u00d0': 'D',
  '\u00f0': 'd',
  '\r\n': '\n',
  '\r': '\n',
  '\u0085': '\n',
  '\u2028': '\n',
  '\u2029': '\n',
  '\u1680': ' ',
};

const marks = /\p{M}/gu;

function isPlain(character: string): boolean {
  const code = character.charCodeAt(0);
  return character.length === 1 && ((code >= 32 && code < 127) || code === 10 || code === 9);
}

/**
 * The plain form of one character (a base with its marks, or CRLF): printable ASCII, newline or tab. CRLF and the other
 * line ends give a newline; accents fall away; full-width and styled letters give their letter (Unicode NFKD). Null
 * where Unicode has no plain form of one character, or one of several (the ligature fi, one half).
 */
export function foldCharacter(character: string): string | null {
  if (isPlain(character)) return character;
  const known = plainForms[character];
  if (known !== undefined) return known;
  const bare = character.normalize('NFKD').replace(marks, '');
  const plain = plainForms[bare] ?? bare;
  return isPlain(plain) ? plain : null;
}

/**
 * The plain form of a word: compatibility forms resolved, all marks stripped, quotation marks plain, lower case where
 * asked. Made for English; it takes the vowels of Hindi and the tones of Vietnamese away.
 */
export function foldWord(word: string, lowercase: boolean): string {
  const bare = isAscii(word) ? word : plainQuotes(word.normalize('NFKD').replace(marks, ''));
  const plain = bare.length === 1 ? (plainForms[bare] ?? bare) : bare;
  return lowercase ? plain.toLowerCase() : plain;
}

/** Accents, and the points of Arabic and Hebrew, which many texts leave out; no vowel signs of other scripts. */
const accents = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/gu;

/** A form without accents, with compatibility forms resolved and quotation marks plain; for a second try. */
export function foldAccents(form: string): string {
  return isAscii(form) ? form : plainQuotes(form.normalize('NFKD').replace(accents, '')).normalize('NFC');
}

function plainQuotes(text: string): string {
  return text.replace(/[\u2018\u2019\u02bc]/g, "'");
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 126) return false;
  return true;
}
