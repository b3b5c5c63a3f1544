import assert from 'node:assert/strict';
import { remarkOnKeys } from '../../../src/models/remarkOnSettings';

describe('a key of the settings that nothing reads', () => {
  it('is told where it is unknown, and where it belongs to another format', () => {
    const remarks = remarkOnKeys(['vocabulary', 'ofset', 'order'], { format: 'keras-v3' });
    assert.equal(remarks.length, 2);
    assert.match(remarks[0] ?? '', /"ofset".* no key of theirs/);
    assert.match(remarks[1] ?? '', /"order".* for PyTorch files/);
  });

  it('is none where the format reads it', () => {
    assert.deepEqual(remarkOnKeys(['order', 'head'], { format: 'safetensors' }), []);
    assert.deepEqual(remarkOnKeys(['inputs'], { format: 'onnx' }), []);
    assert.deepEqual(remarkOnKeys(['architecture'], { format: 'keras-h5' }), []);
  });
});
