import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Fails if axe-core finds something serious or critical on the page, contrast under 4.5 included. */
export async function assertNothingSerious(page: Page): Promise<void> {
  const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
  )) as readonly Violation[];
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`).join(' | ')}`,
    ),
    [],
  );
}

/**
 * Everything of the layout that a person would complain of: text over text, text cut off, a page that scrolls sideways.
 */
const layoutScript = `(() => {
  const complaints = [];
  const seen = [];
  const isShown = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !node.closest('.visually-hidden, .tooltip');
  // What an ellipsis leaves of a text.
  const visiblePart = (box, parent) => {
    let right = box.right;
    for (let up = parent; up; up = up.parentElement) if (getComputedStyle(up).overflowX === 'hidden') right = Math.min(right, up.getBoundingClientRect().right);
    return { left: box.left, right, top: box.top, bottom: box.bottom, width: right - box.left, height: box.height };
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const parent = text.parentElement;
    if (!text.data.trim() || !parent || ['SCRIPT', 'STYLE', 'OPTION'].includes(parent.tagName) || !isShown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const whole of range.getClientRects()) { const box = visiblePart(whole, parent); if (box.width > 1 && box.height > 1) seen.push({ text: text.data.trim().slice(0, 40), box, parent }); }
    for (let up = parent; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      // Shortened on purpose, with the whole text in its title.
      if (style.textOverflow === 'ellipsis' && up.title.includes(text.data.trim())) break;
      const box = up.getBoundingClientRect();
      const own = range.getBoundingClientRect();
      const cutsX = style.overflowX === 'hidden' || style.overflowX === 'clip';
      if (cutsX && (own.right > box.right + 1 || own.left < box.left - 1)) complaints.push('cut: ' + text.data.trim().slice(0, 60));
    }
  }
  // Texts painted on canvases, as noteLabels.js has kept them.
  for (const canvas of document.querySelectorAll('canvas')) {
    if (!isShown(canvas)) continue;
    const own = canvas.getBoundingClientRect();
    for (const label of canvas.labels ?? []) {
      const left = own.left + label.left, top = own.top + label.top;
      const isInSight = left < own.right && left + label.width > own.left;
      if (!isInSight) continue;
      if (label.top < -1 || label.top + label.height > own.height + 1) complaints.push('cut on canvas: ' + label.text);
      seen.push({ text: label.text, parent: label, canvas, box: { left: Math.max(left, own.left), right: Math.min(left + label.width, own.right), top, bottom: top + label.height } });
    }
  }
  // A pin's letter lies over the axis that sticks to the top; other things slide under that.
  const isPinLetter = (label) => elementOf(label).closest('.markers') !== null;
  const elementOf = (label) => label.canvas ?? label.parent;
  const isInScroller = (node) => { for (let up = node.parentElement; up; up = up.parentElement) if (['auto', 'scroll'].includes(getComputedStyle(up).overflowY)) return up; return null; };
  for (let a = 0; a < seen.length; a++) for (let b = a + 1; b < seen.length; b++) {
    const p = seen[a], q = seen[b];
    if (p.parent === q.parent || isInScroller(elementOf(p)) !== isInScroller(elementOf(q))) continue;
    if (elementOf(p).closest('.plots-head, .markers') !== elementOf(q).closest('.plots-head, .markers') && !isPinLetter(p) && !isPinLetter(q)) continue;
    const w = Math.min(p.box.right, q.box.right) - Math.max(p.box.left, q.box.left);
    const h = Math.min(p.box.bottom, q.box.bottom) - Math.max(p.box.top, q.box.top);
    if (w > 1 && h > 2.5) complaints.push('overlap: "' + p.text + '" and "' + q.text + '"');
  }
  if (document.documentElement.scrollWidth > window.innerWidth + 1) complaints.push('the page scrolls sideways: ' + document.documentElement.scrollWidth);
  return complaints;
})()`;

/** Fails if labels overlap, text is cut off, or the page scrolls sideways. */
export async function assertTidy(page: Page): Promise<void> {
  assert.deepEqual(await page.evaluate(layoutScript), []);
}
