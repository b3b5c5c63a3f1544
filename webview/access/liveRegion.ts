/**
 * Speaks to a screen reader: the last text said within a short time, so that holding an arrow key does not flood it.
 */
export interface LiveRegion {
  say(text: string): void;
}

const quietMs = 200;

/** Wraps an element with `aria-live="polite"`. */
export function createLiveRegion(target: HTMLElement): LiveRegion {
  let timer: number | undefined;
  return {
    say: (text) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (target.textContent !== text) target.textContent = text;
      }, quietMs);
    },
  };
}
