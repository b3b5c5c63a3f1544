import assert from 'node:assert/strict';
import path from 'node:path';
import { isRecurrent } from '../../../src/models/assembleModel';
import { assertGives, modelFixtures } from '../../support/givesStates';
import { useWasmBackend } from '../../support/tfjsBackend';
import { openFile, traceModel } from '../../support/traceModel';

const notesOf = async (file: string): Promise<string> =>
  (await openFile(path.join(modelFixtures, file))).notes.join(' ');

describe('Keras layers in wrappers and among what is not understood', () => {
  before(useWasmBackend);

  it('give cells stacked in one layer that reads from the end, whose seeds are no weights', () =>
    assertGives('keras3-stacked-cells.keras', 'keras3-stacked-cells'));
  it('give Bidirectional around a layer with go_backwards: roles, order and merging swapped', () =>
    assertGives('keras2-swapped.h5', 'keras2-swapped'));

  it('give the last state where a layer behind reads that output and not the sequence', async () => {
    await assertGives('keras2-state.h5', 'keras2-state');
    await assertGives('keras2-state.h5', 'keras2-state-decoder', { layer: 'decoder' });
  });

  it('give the model inside TimeDistributed at one step, from its own embedding, and the layer behind on its own', async () => {
    for (const file of ['keras2-hierarchy.h5', 'keras3-hierarchy.keras']) {
      await assertGives(file, 'keras-hierarchy');
      await assertGives(file, 'keras-hierarchy-document', { layer: 'lstm' });
      assert.match(await notesOf(file), /"time_distributed" of class TimeDistributed applies a model to each step/);
      assert.equal((await openFile(path.join(modelFixtures, file))).window, 4, 'the steps of the inner sequence');
    }
  });

  it('say which layer in front is not understood, and how to go on, where a text is given', async () => {
    const model = await openFile(path.join(modelFixtures, 'keras2-functional.h5'));
    await assert.rejects(
      traceModel(model, { kind: 'text', text: 'abc' }),
      /"conv2d" of class Conv2D\. "lstm" is inspected on its own, with the 3 numbers a step.*--values.*--layer NAME/,
    );
  });

  it('give zeros at the steps that a mask skips behind Bidirectional, as Keras does', async () => {
    await assertGives('keras3-masked.keras', 'keras3-masked');
    const stage = (await openFile(path.join(modelFixtures, 'keras3-masked.keras'))).stages.find(isRecurrent);
    assert.equal(stage?.zeroWhereMasked, true);
  });

  it('give stacked cells of several classes, and the last step that is picked by its index', () =>
    assertGives('keras3-mixed-cells.keras', 'keras3-mixed-cells'));

  it('give what stands behind convolutions that keep the number of steps, and name those that do not', async () => {
    await assertGives('keras3-convolution.keras', 'keras3-convolution');
    assert.match(await notesOf('keras2-functional.h5'), /"conv2d" of class Conv2D/);
  });

  it('name a recurrent layer that cannot be read and go on with the others', async () => {
    await assertGives('keras2-damaged-around.h5', 'keras2-damaged-around');
    assert.match(await notesOf('keras2-damaged-around.h5'), /"odd" uses the activation "my_package>mish_of_mine"/);
    const { stages } = await openFile(path.join(modelFixtures, 'keras2-damaged-around.h5'));
    assert.deepEqual(
      stages.filter(isRecurrent).map(({ name }) => name),
      ['simple_rnn'],
    );
  });
});
