import assert from 'node:assert/strict';
import { saveSvg } from '../../../webview/views/export/savePicture';

describe('a picture saved as SVG', () => {
  it('holds no character that XML cannot hold, whatever a label is', () => {
    let saved = '';
    const label = 'a\u0000\u001b\u0008\ud800\uffff\ufffe\u202eb';
    saveSvg(({ data }) => (saved = new TextDecoder().decode(data)), 'x.svg', `<svg><text>${label}</text></svg>`);
    assert.match(saved, /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    assert.ok(saved.endsWith('<svg><text>a\u2400\u241b\u2408[U+D800][U+FFFF][U+FFFE][U+202E]b</text></svg>'), saved);
  });
});
