import assert from 'node:assert/strict';
import { createModelFiles } from '../../../src/models/fileAccess';
import { readOwnModel } from '../../../src/models/ownModel';
import { openTextModel, safetensorsOf } from '../../support/files/torchFile';

async function open(settings?: object) {
  const files: Record<string, Uint8Array> = { 'm.safetensors': safetensorsOf(openTextModel) };
  if (settings) files['m.safetensors.inspector.json'] = new TextEncoder().encode(JSON.stringify(settings));
  return (await readOwnModel(createModelFiles('m.safetensors', files))).model;
}

describe('what a PyTorch file leaves open', () => {
  it('is told with its shapes, and with what else could be', async () => {
    const { torch } = await open();
    assert.deepEqual(torch?.embedding, { name: 'encoder', rows: 7, columns: 3 });
    assert.deepEqual(
      torch?.embeddings.map(({ name }) => name),
      ['encoder', 'other'],
    );
    assert.deepEqual(torch?.recurrent, [{ name: 'rnn', cell: 'rnn', inputWidth: 3, outputWidth: 4 }]);
    assert.deepEqual(
      torch?.head.map(({ name }) => name),
      ['fc1', 'fc2'],
    );
    assert.deepEqual(torch?.activations, [
      { name: 'rnn', of: 'recurrent', taken: 'tanh' },
      { name: 'fc1', of: 'linear', taken: null },
    ]);
  });

  it('is not computed behind a function that nobody named', async () => {
    const { stages, task } = await open();
    assert.equal(stages.at(-1)?.kind, 'unsupported');
    assert.equal(task, 'states');
  });

  it('is read as the settings say: function, nonlinearity, embedding, output layer', async () => {
    const model = await open({ embedding: 'other', head: ['fc1', 'fc2'], activations: { rnn: 'relu', fc1: 'relu' } });
    assert.deepEqual(model.input, { kind: 'tokens', vocabularySize: 9 });
    assert.deepEqual(
      model.stages.map(({ kind }) => kind),
      ['embedding', 'recurrent', 'dense', 'dense'],
    );
    const [, recurrent, first] = model.stages;
    assert.equal(recurrent?.kind === 'recurrent' && recurrent.forward?.activation, 'relu');
    assert.equal(first?.kind === 'dense' && first.activation, 'relu');
  });

  it('may be no embedding and no output layer at all', async () => {
    const model = await open({ embedding: null, head: [] });
    assert.deepEqual(model.input, { kind: 'values', width: 3 });
    assert.deepEqual(
      model.stages.map(({ kind }) => kind),
      ['recurrent'],
    );
    assert.equal(model.torch?.embedding, null);
    assert.deepEqual(model.torch?.head, []);
  });
});
