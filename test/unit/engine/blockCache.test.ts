import assert from 'node:assert/strict';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { unhurried } from '../../support/unhurried';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { fieldsOf } from '../../../src/trace/reading/cellKind';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { useKernels } from '../../support/kernels';
import { randomCharacterModel } from '../../support/randomModel';

const blockBytes = 256 * 8 * 6 * 4;

describe('the cache of blocks', () => {
  it('gives the arrays of dropped blocks out again, by length', () => {
    const cache = new BlockCache(1000);
    const block = {
      before: { h: new Float32Array(2) },
      steps: 2,
      fields: { h: new Float32Array(4), c: new Float32Array(8) },
    };
    const { h, c } = block.fields;
    cache.touch(block);
    cache.forget(block);
    assert.equal(block.fields, null);
    assert.equal(cache.take(8), c);
    assert.equal(cache.take(4), h);
    assert.notEqual(cache.take(4), h);
    assert.equal(cache.keptBytes, 0);
  });

  it('keeps no more arrays waiting than an eighth of its room', () => {
    const cache = new BlockCache(8 * 64);
    for (let k = 0; k < 10; k++) {
      const block = { before: { h: new Float32Array(0) }, steps: 1, fields: { h: new Float32Array(8) } };
      cache.touch(block);
      cache.forget(block);
    }
    assert.equal(cache.keptBytes, 64);
    cache.limit(0);
    assert.equal(cache.keptBytes, 0);
  });

  it('reads the same bits into arrays that were used before', async () => {
    const prepared = prepareModel(randomCharacterModel('lstm', 8, 2), fastRunners(await useKernels()));
    const read = async (text: string, cache: BlockCache): Promise<Reading> => {
      const reading = new Reading(prepared, { kind: 'text', text }, cache);
      await reading.compute(unhurried);
      return reading;
    };
    const small = new BlockCache(9 * blockBytes);
    const first = await read('other words before it '.repeat(300), small);
    const again = await read('a word and another '.repeat(300), small);
    const fresh = await read('a word and another '.repeat(300), new BlockCache());
    first.dispose();
    for (const [k, direction] of again.directions.entries()) {
      for (const field of fieldsOf('lstm')) {
        assert.deepEqual(
          direction.field(field, 0, again.steps),
          (fresh.directions[k] as typeof direction).field(field, 0, again.steps),
          field,
        );
      }
    }
    prepared.dispose();
  });
});
