import assert from 'node:assert/strict';
import { codeSpan, commandLink, fillIn, markdown, ownPicture } from '../../../src/base/markdown';

describe('markdown of our own around text from a file', () => {
  it('keeps our markup and shows theirs', () => {
    const name = '**b** [x](command:y) ![i](https://e/x.png) <img src=x> `c` $(error) &lt; _u_ ~~s~~';
    const { value } = markdown`**${name}** ${3}`;
    assert.match(value, /^\*\*[^*]*\*\* 3$/);
    assert.doesNotMatch(value.slice(2, -4), /[[\]<>`$*_~!]/);
  });

  it('links no address that is written out', () => {
    for (const text of [
      'https://example.com/a',
      'ftp://example.com',
      'WWW.example.com',
      'a@example.com',
      '<https://e>',
    ])
      assert.doesNotMatch(markdown`${text}`.value, /:\/\/|www\.|@|</i, text);
  });

  it('begins no list, heading, quote, rule or block of code, and no second line', () => {
    for (const text of ['- a', '+ a', '1. a', '1) a', '# a', '> a', '---', '===', 'a\n\n# b', 'a\r\n- b', '    code']) {
      const { value } = markdown`${text}`;
      assert.doesNotMatch(value, /\n|\r|^[-+=#>]|^\d+[.)] |^ {4}/, JSON.stringify(value));
    }
    assert.equal(markdown`${'-0.25'} ${'1.5'}`.value, '-0.25 1.5', 'a number stays as it is');
  });

  it('has code that no run of back ticks, bar or line feed breaks out of', () => {
    for (let run = 0; run <= 12; run++) {
      const { value } = codeSpan(`a${'`'.repeat(run)}[x](command:y)\n\n|b`);
      const fence = /^`+/.exec(value)?.[0] ?? '';
      const inside = value.slice(fence.length, -fence.length);
      assert.ok(value.endsWith(fence));
      assert.ok(![...inside.matchAll(/`+/g)].some(([other]) => other === fence), value);
      assert.doesNotMatch(inside, /[\n|]/);
    }
    assert.equal(codeSpan('').value, '` `', 'an empty token does not open a longer code');
    assert.equal(codeSpan('`').value, '`` ` ``');
    assert.doesNotMatch(codeSpan('$(error)').value, /\$\(/);
    assert.ok(codeSpan('`'.repeat(1e6)).value.length < 400);
  });

  it('shows no picture but our own', () => {
    assert.equal(ownPicture('https://example.com/x.png').value, '');
    assert.equal(ownPicture('data:image/svg+xml;base64,AA==) [x](command:y').value, '');
    assert.equal(ownPicture('data:image/svg+xml;base64,AA==').value, '![](data:image/svg+xml;base64,AA==)');
  });

  it('links our commands, and fills markup into a translated sentence', () => {
    assert.equal(commandLink('pin', 'Pin [it]', 'command:ours?x').value, '[$(pin) Pin &#91;it&#93;](command:ours?x)');
    const translate = (message: string, part: string): string => message.replace('{0}', part);
    assert.equal(fillIn(translate, 'Predicts: {0}', codeSpan('a')).value, 'Predicts&#58; `a`');
  });
});
