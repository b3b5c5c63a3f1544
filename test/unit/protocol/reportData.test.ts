import assert from 'node:assert/strict';
import { answerKey, decodeReportData, encodeReportData, type ReportData } from '../../../src/protocol/reportData';

describe('the data of a report', () => {
  it('comes back with its buffers, typed arrays, NaN and infinities, and cannot end its script element', () => {
    const data = {
      hydrate: { type: 'hydrate', text: '</script><!-- \u{1F600}' },
      frames: [Uint8Array.from({ length: 20000 }, (_, k) => k % 251).buffer],
      answers: [
        {
          kind: 'gradients',
          params: {},
          value: {
            a: Float32Array.of(1, NaN, -Infinity),
            b: Int32Array.of(-7),
            c: Uint8Array.of(255),
            d: -Infinity,
            e: NaN,
          },
        },
      ],
    } as unknown as ReportData;
    const text = encodeReportData(data);
    assert.ok(!text.includes('<'));
    assert.deepEqual(decodeReportData(text), data);
  });

  it('knows the same question whatever the order of its parameters', () => {
    assert.equal(answerKey('range', { a: 1, b: { d: 2, c: 3 } }), answerKey('range', { b: { c: 3, d: 2 }, a: 1 }));
    assert.notEqual(answerKey('range', { a: 1 }), answerKey('step', { a: 1 }));
    assert.notEqual(answerKey('range', { a: [1, 2] }), answerKey('range', { a: [2, 1] }));
  });
});
