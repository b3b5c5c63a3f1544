import { type Disposable, DisposableStore } from '../base/disposable';
import { firstEndingAfter } from '../trace/reading/tokenList';
import { type Inspection } from './inspection';
import { type InspectionRegistry } from './inspectionRegistry';

/**
 * Links the views of inspections that read the same text: where the mouse or the cursor is in one, the others follow,
 * by the token's place in the text, since two models may split it differently.
 */
export function linkViews(registry: InspectionRegistry): Disposable {
  const store = new DisposableStore();
  // Where a view was pointed: when it reports that very step, it is an echo and moves nobody.
  const pointed = new Map<Inspection, number | null>();
  const follow = (from: Inspection): void => {
    store.add(
      from.hovered.on((step) => {
        const isEcho = pointed.has(from) && pointed.get(from) === step;
        pointed.delete(from);
        if (isEcho) return;
        for (const other of registry.all) {
          if (other === from || !isSameText(other, from)) continue;
          const there = stepThere(from, other, step);
          pointed.set(other, there);
          other.pointAt(there);
        }
      }),
    );
  };
  store.add(registry.opened.on(follow));
  store.add(registry.closed.on((inspection) => void pointed.delete(inspection)));
  return store;
}

function isSameText(a: Inspection, b: Inspection): boolean {
  return a.subject.uri === b.subject.uri && a.subject.text === b.subject.text && a.subject.text !== '';
}

/** The step of another inspection whose token holds the beginning of this one's. */
function stepThere(from: Inspection, other: Inspection, step: number | null): number | null {
  const token = step === null ? undefined : from.tokens.at(step);
  if (!token) return null;
  const there = firstEndingAfter(other.tokens, token.start);
  return there === other.tokens.length ? null : there;
}
