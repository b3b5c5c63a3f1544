/** So many empty texts are named each; of more only the first, and how many there are. */
const namedEach = 5;

/** What to say of empty texts that are left out, by their places ("a.csv, line 3"). */
export function remarkOnEmpty(places: readonly string[]): readonly string[] {
  if (places.length <= namedEach) return places.map((place) => `${place}: the text is empty; left out.`);
  return [`${places.length} texts are empty and left out; the first is ${places[0]}.`];
}
