import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
import path from 'node:path';
import { InspectorError } from '../../../src/base/errors';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';
import { assertGives, modelFixtures } from '../../support/givesStates';
import { useWasmBackend } from '../../support/tfjsBackend';
import { openFile } from '../../support/traceModel';

/** A zip as torch.save writes it, whose pickle calls a function with one text. */
function calling(module: string, name: string, wrap: 'once' | 'its result' = 'once'): Uint8Array {
  const text = (value: string): number[] => [...new TextEncoder().encode(value)];
  const call = [...text(`c${module}\n${name}\n`), 0x58, 4, 0, 0, 0, ...text('true'), 0x85, 0x52];
  const again = wrap === 'once' ? [] : [0x29, 0x52];
  return zipSync({ 'm/data.pkl': [Uint8Array.from([0x80, 2, ...call, ...again, 0x2e]), { level: 0 }] });
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const thrown: unknown = await openModel(createModelFiles('m.pt', { 'm.pt': bytes })).then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof InspectorError);
  return thrown.message;
}

describe('PyTorch checkpoints as scripts and frameworks save them', () => {
  before(useWasmBackend);

  for (const file of [
    'torch-lightning.ckpt',
    'torch-module.pt',
    'torch-module.legacy.pth',
    'torch-module-in-dict.pth',
    'torch-scripted.pt',
    'torch-views.pt',
  ]) {
    it(`give every state: ${file}`, () => assertGives(file, 'torch-tagger'));
  }

  for (const file of ['torch-fastai.pth', 'torch-weight-norm.pt', 'torch-parametrized.pt']) {
    it(`give the weight that the module computes with: ${file}`, () => assertGives(file, 'torch-doubled'));
  }

  it('give cells of a list after each other', () => assertGives('torch-cells.pth.tar', 'torch-cells'));

  it('take the nonlinearity of an RNN from the whole module, and ask for nothing', async () => {
    await assertGives('torch-relu-module.pt', 'torch-relu');
    const { notes } = await openFile(path.join(modelFixtures, 'torch-relu-module.pt'));
    assert.ok(!notes.some((note) => note.includes('nonlinearity')), notes.join(' '));
  });

  it('keep hyperparameters, callbacks and optimizer state out of the model', async () => {
    const { notes, stages } = await openFile(path.join(modelFixtures, 'torch-lightning.ckpt'));
    assert.deepEqual(
      stages.map(({ kind, name }) => `${kind} ${name}`),
      ['embedding model.embedding', 'recurrent model.lstm', 'dense model.output'],
    );
    assert.ok(!notes.some((note) => note.includes('sets of')), notes.join(' '));
  });
});

describe('a pickle that wants something done', () => {
  for (const [module, name] of [
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'exec'],
    ['builtins', '__import__'],
    ['subprocess', 'Popen'],
    ['torch.storage', '_load_from_bytes'],
    ['runpy', '_run_code'],
    ['importlib', 'import_module'],
  ] as const) {
    it(`is refused by name: ${module}.${name}`, async () => {
      assert.match(
        await refusal(calling(module, name)),
        new RegExp(`^m\\.pt: .*${module}\\.${name}.*refuse.*Nothing in the file was executed`),
      );
    });
  }

  it('is refused where it calls what a look-up gave it', async () => {
    assert.match(
      await refusal(calling('builtins', 'getattr', 'its result')),
      /calls what builtins\.getattr gave it, which we refuse/,
    );
  });

  it('finds an unknown class kept as a name with attributes, which is no model', async () => {
    assert.match(await refusal(calling('somewhere', 'Thing')), /no tensors in it/);
  });
});
