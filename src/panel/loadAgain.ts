/**
 * How often a page's script or style sheet is asked for again, waiting 100 ms at first and twice as long each time: 6.3
 * s in all.
 */
const mostTries = 6;

/**
 * A script for the head of a page that asks once more for a script or style sheet that did not load. VS Code in a
 * browser hands a page its files through a service worker, which, where several panels are restored at the same moment,
 * may not have charge of the page yet: the request then goes out to the network, and fails. Where all tries fail, the
 * element `root` says what its `data-unloadable` holds.
 */
export const loadAgainScript = `addEventListener('error', ({ target }) => {
  if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
  const tries = Number(target.dataset.tries ?? 0);
  const root = document.getElementById('root');
  if (tries === ${mostTries} && root !== null) root.textContent = root.dataset.unloadable;
  if (tries === ${mostTries}) return;
  setTimeout(() => {
    const again = document.createElement(target.localName);
    for (const { name, value } of target.attributes) again.setAttribute(name, value);
    again.nonce = target.nonce;
    again.dataset.tries = String(tries + 1);
    target.replaceWith(again);
  }, 100 * 2 ** tries);
}, true);`;
