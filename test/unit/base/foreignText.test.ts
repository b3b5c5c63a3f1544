import assert from 'node:assert/strict';
import { plainLines, plainText, shorten, showHidden } from '../../../src/base/foreignText';

/** What VS Code makes a link of in notifications, progress and input boxes (its linkedText.ts). */
const vscodeLink = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
/** What VS Code makes an icon of in labels (its iconLabels.ts). */
const vscodeIcon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

describe('text from a file, as VS Code and a terminal show it', () => {
  it('shows every control character, bidirectional mark, lone surrogate and invisible letter', () => {
    for (let code = 0; code < 0xa0; code++) {
      if ((code >= 0x20 && code < 0x7f) || code === 9 || code === 10) continue;
      const shown = showHidden(`a${String.fromCharCode(code)}b`);
      assert.doesNotMatch(shown, /(?![\n\t])\p{Cc}/u, `U+${code.toString(16)}`);
      assert.match(shown, /^a.+b$/u);
    }
    for (const character of '\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\u2060\ufeff\u{e0041}')
      assert.match(showHidden(character), /^\[U\+[0-9A-F]{4,6}\]$/);
    assert.equal(showHidden('a\ud800b'), 'a[U+D800]b');
    assert.equal(showHidden('\u001b]0;title\u0007'), '\u241b]0;title\u2407');
  });

  it('leaves what scripts and emoji need', () => {
    const text = 'na\u00efve \u0644\u0627 \u0915\u094d\u200d\u0937 \u{1f468}\u200d\u{1f469} \u2764\ufe0f\n\tx';
    assert.equal(showHidden(text), text);
  });

  it('holds nothing that VS Code would make a link or an icon of, and reads the same', () => {
    for (const text of [
      '[Install the missing reader](command:runCommands?%7B%22commands%22%3A%5B%5D%7D)',
      '[a](https://example.com "title")',
      '[a](file:///etc/passwd)',
      '[[a](command:x)](command:y)',
      'x [a]\u0000(command:x)',
      '[a]\n(command:x)',
      '[a](Command:x) [b](HTTP://x)',
    ]) {
      assert.doesNotMatch(plainText(text), vscodeLink, text);
      assert.doesNotMatch(plainLines(text), vscodeLink, text);
    }
    assert.doesNotMatch(plainText('$(error) $(sync~spin)'), vscodeIcon);
    assert.equal(plainText('[a](command:x)').replaceAll('\u200c', ''), '[a](command:x)');
    const twice = plainText('[a](command:x) $(x) \u202e');
    assert.equal(plainText(twice), twice, 'a text that goes through twice stays the same');
  });

  it('is bounded, and keeps its beginning and its end', () => {
    const shown = plainText(`model.h5: ${'x'.repeat(1e6)} Choose another file.`);
    assert.ok(shown.length <= 900, String(shown.length));
    assert.match(shown, /^model\.h5: x+\u2026x+ Choose another file\.$/);
    assert.equal(shorten('short', 10), 'short');
    assert.ok(plainText('\u202e'.repeat(1e6)).length < 9000);
  });

  it('stays on one line where it is one, and keeps its lines in a tooltip', () => {
    assert.equal(plainText(' a\r\nb\u2028c\n\n d '), 'a b c d');
    assert.equal(plainLines('a\nb'), 'a\nb');
  });
});
