import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Inspection } from '../../src/session/inspection';
import { closeAll, inspectWhole, openComposition, showText } from '../support/hostExtension';
import { safetensorsOf } from '../support/files/torchFile';

/** A word model of three tokens. */
const wordModel = {
  'embedding.weight': [3, 2],
  'lstm.weight_ih_l0': [8, 2],
  'lstm.weight_hh_l0': [8, 2],
  'lstm.bias_ih_l0': [8],
  'lstm.bias_hh_l0': [8],
};
/** A tokenizer of Hugging Face whose pattern takes twice as long for each letter more. */
const endless = {
  version: '1.0',
  pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false },
  model: { type: 'WordLevel', vocab: { '[UNK]': 0, a: 1, b: 2 }, unk_token: '[UNK]' },
};

describe("a stranger's model files", () => {
  let composition: Composition;
  let folder: vscode.Uri;
  before(async () => {
    composition = await openComposition();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(workspace);
    folder = vscode.Uri.joinPath(workspace, 'strangers');
  });
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));
  afterEach(async () => {
    // The extension host lives, and the next reading works.
    await showText('the next run');
    await inspectWhole();
    await closeAll();
  });

  const write = async (name: string, content: object): Promise<vscode.Uri> => {
    const uri = vscode.Uri.joinPath(folder, name);
    await vscode.workspace.fs.writeFile(
      uri,
      content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content)),
    );
    return uri;
  };

  it('with settings that count a vocabulary from a billion are listed as not readable, and why', async () => {
    await write('vocab.json', ['a', 'b', 'c']);
    await write('offset.inspector.json', { vocabulary: 'vocab.json', offset: 999_999_999 });
    await write('offset.safetensors', safetensorsOf(wordModel));
    const { models } = composition;
    models.refresh();
    const listed = await models.getChildren((await models.getChildren())[1]);
    const refused = await models.getChildren(listed.find(({ kind }) => kind === 'unreadable'));
    const why = refused.flatMap((node) =>
      node.kind === 'unreadableFile' && node.file.name === 'offset.safetensors' ? [node.file.why] : [],
    );
    assert.match(why.join(), /"offset" must be a whole number/);
  });

  it('with a tokenizer that never ends are given up', async () => {
    await write('tokenizer.json', endless);
    await write('endless.inspector.json', { vocabulary: 'tokenizer.json' });
    const model = await write('endless.safetensors', safetensorsOf(wordModel));
    await showText(`${'a'.repeat(40)}!`);
    const inspection = await vscode.commands.executeCommand<Inspection | null>(
      'lstmInspector.inspectWithModelFile',
      model,
    );
    const result = await inspection?.whenFinished();
    assert.ok(result === undefined || !result.ok, 'it is not read');
  });
});
