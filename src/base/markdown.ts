import { oneLine, plainText, shorten, showHidden, shownLimits } from './foreignText';

/** Markdown whose markup is all our own; made only by {@link markdown} and the functions beside it. */
export class Markdown {
  constructor(readonly value: string) {}
}

/**
 * A template of our own markup. What is put in is text, whatever it holds: its markup, links, images, addresses and
 * icons are shown as they are written; only {@link Markdown} keeps its markup.
 *
 *     markdown`**${codeSpan(token)}** ${modelName}`
 */
export function markdown(own: TemplateStringsArray, ...parts: readonly (string | number | Markdown)[]): Markdown {
  const values = parts.map((part) => (part instanceof Markdown ? part.value : escapeText(String(part))));
  return new Markdown(own.reduce((text, piece, k) => `${text}${values[k - 1] ?? ''}${piece}`));
}

/** Joins with markup of our own between, e.g. a blank line. */
export function joinMarkdown(parts: readonly Markdown[], between: string): Markdown {
  return new Markdown(parts.map(({ value }) => value).join(between));
}

/**
 * Inline code that cannot be broken out of, in a table neither: its fence is longer than every run of back ticks
 * inside.
 */
export function codeSpan(text: string): Markdown {
  const shown = plainText(shorten(text, shownLimits.token)).replaceAll('|', '\u2223');
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  if (longest === 0) return new Markdown(`\`${shown || ' '}\``);
  const fence = '`'.repeat(longest + 1);
  return new Markdown(`${fence} ${shown} ${fence}`);
}

/** A link that runs a command of ours, with one of VS Code's icons in front. */
export function commandLink(icon: string, text: string, uri: string): Markdown {
  return markdown`[$(${new Markdown(icon)}) ${text}](${new Markdown(uri)})`;
}

/** A picture of our own: a `data:` address of letters, digits and `+/=;,:`, else nothing. */
export function ownPicture(address: string): Markdown {
  return new Markdown(/^data:image\/svg\+xml;base64,[A-Za-z0-9+/=]*$/.test(address) ? `![](${address})` : '');
}

const hole = '\ue000';

/** A translated sentence with markup in the place of its `{0}`. */
export function fillIn(
  translate: (message: string, hole: string) => string,
  message: string,
  part: Markdown,
): Markdown {
  const [before = '', ...after] = translate(message, hole).split(hole);
  return markdown`${before}${part}${after.join('')}`;
}

/**
 * Everything that begins markup, as entities, which markdown never reads as markup; at the start also the marks of a
 * list.
 */
function escapeText(text: string): string {
  return showHidden(shorten(oneLine(shorten(text, 4 * shownLimits.label)), shownLimits.label))
    .replace(/[\\`*_{}[\]#!~<>&|$:@"'^]/g, entity)
    .replace(/www\./gi, (start) => `${start.slice(0, 3)}&#46;`)
    .replace(/^[-+=](?=[-=\s]|$)|(?<=^\d+)[.)](?= )/, entity);
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
