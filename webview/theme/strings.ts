let translated: Readonly<Record<string, string>> = {};

/** Sets the translations that came with `hydrate`: English text to the reader's language. */
export function useStrings(strings: Readonly<Record<string, string>>): void {
  translated = strings;
}

/** A text for the reader, its English form as the key; {0}, {1}... take the values in order. */
export function say(text: string, ...values: readonly (string | number)[]): string {
  const template = translated[text] ?? text;
  return template.replace(/\{(\d+)\}/g, (whole, k: string) => String(values[Number(k)] ?? whole));
}
