import assert from 'node:assert/strict';
import { outputKindOf, outputNotes } from '../../../src/network/outputKind';
import { type DenseStage, type PoolStage, type Stage, type Task } from '../../../src/network/recurrentModel';

const dense = (activation: DenseStage['activation'], outputWidth = 3): DenseStage => ({
  kind: 'dense',
  name: 'head',
  inputWidth: 2,
  outputWidth,
  kernel: new Float32Array(2 * outputWidth),
  activation,
});
const pool = (how: PoolStage['how']): Stage => ({ kind: 'pool', name: 'pool', how });
const scale: Stage = { kind: 'scaleShift', name: 's', scale: Float32Array.of(2, 2, 2), shift: new Float32Array(3) };
const dropout: Stage = { kind: 'identity', name: 'd', what: 'Dropout' };
const kindOf = (task: Task, ...stages: readonly Stage[]): string => outputKindOf({ task, stages });

describe('the kind of an output', () => {
  it('is probabilities only behind the softmax or sigmoid of a classifier, or the softmax of a language model', () => {
    assert.equal(kindOf('next-token', dense('softmax')), 'probabilities');
    assert.equal(
      kindOf('next-token', dense('linear'), { kind: 'activation', name: 'a', activation: 'softmax' }),
      'probabilities',
    );
    assert.equal(kindOf('classify', dense('sigmoid', 1), dropout), 'probabilities');
    assert.equal(kindOf('classify', dense('softmax'), pool('average')), 'probabilities');
    assert.equal(kindOf('classify', dense('sigmoid'), pool('max')), 'probabilities');
  });

  it('is logits behind a linear head, and log-probabilities behind the logarithm of softmax', () => {
    assert.equal(kindOf('next-token', dense('linear')), 'logits');
    assert.equal(kindOf('classify', dense('linear'), dropout), 'logits');
    assert.equal(kindOf('next-token', dense('linear'), { kind: 'logSoftmax', name: 'l' }), 'log-probabilities');
  });

  it('is numbers for a regression and for rows that do not lie in [0, 1] or sum to 1', () => {
    assert.equal(kindOf('regress', dense('sigmoid', 1)), 'numbers');
    assert.equal(kindOf('regress', dense('linear', 1)), 'numbers');
    assert.equal(kindOf('states'), 'numbers');
    assert.equal(kindOf('classify', dense('relu')), 'numbers');
    assert.equal(kindOf('classify', dense('softmax'), scale), 'numbers');
    assert.equal(kindOf('classify', dense('softmax'), pool('max')), 'numbers');
    assert.equal(kindOf('next-token', dense('sigmoid')), 'numbers');
    assert.equal(kindOf('next-token', dense('softmax'), pool('flatten')), 'numbers');
  });

  it('is noted where the probabilities shown are made from it', () => {
    const noteOf = (task: Task, stage: Stage, outputs: number) => outputNotes({ task, stages: [stage] }, outputs);
    assert.deepEqual(noteOf('next-token', dense('linear'), 3), [
      'The model gives logits; the probabilities shown are their softmax.',
    ]);
    assert.match(noteOf('classify', dense('linear', 1), 1)[0] ?? '', /their sigmoid/);
    assert.match(noteOf('next-token', { kind: 'logSoftmax', name: 'l' }, 3)[0] ?? '', /their exponentials/);
    assert.deepEqual(noteOf('regress', dense('linear'), 3), []);
    assert.deepEqual(noteOf('next-token', dense('softmax'), 3), []);
  });
});
