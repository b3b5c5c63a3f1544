import assert from 'node:assert/strict';
import path from 'node:path';
import { entryPoints, unreachableDeclarations } from '../../testbed/reachable.mjs';

const root = path.resolve(__dirname, '../../..');

/**
 * What is still dead, by file or "file: name". This list only gets shorter; what the tests alone use counts as dead.
 */
const knownDead: readonly string[] = [
  // Edits of a reading are being built: parsed and resolved already, not yet applied.
  'src/trace/edits/edit.ts',
  'src/trace/edits/parseEdit.ts',
  'src/trace/edits/resolveEdits.ts',
  // To go with the tests that use them: the class FusedAdam, layers of tfjs on the fused kernels.
  'src/cells/fusedAdam.ts',
  'src/cells/recurrentLayer.ts',
  'src/cells/backwardCell.ts: rowsOf',
  'src/engine/decay/initialise.ts: drawMatrix',
  'src/engine/forward/cellRunner.ts: stateAfter',
  'src/engine/forward/pace.ts: unhurried',
  'src/lab/training/settingsSchema.ts: closeObjects',
  'src/models/bundled.ts: defaultBundledName',
  'src/models/tfjs/readTfjs.ts: readTfjsArtifacts',
  'src/text/characterTokenizer.ts: createPlainCharacterTokenizer',
  'src/trace/files/npy.ts: packNpy',
  'src/trace/files/npy.ts: packNpyTexts',
  'src/trace/files/npz.ts: packNpz',
  'src/trace/files/traceJson.ts: packTraceJson',
  'src/trace/reading/token.ts: TokenSequence',
  'src/trace/reading/trace.ts: LayerTrace',
  'src/trace/reading/trace.ts: Trace',
];

describe('the bundles', function () {
  this.timeout(240_000);

  it('are found by their entry points', () => {
    const names = entryPoints(root).map((file) => path.relative(root, file));
    assert.ok(names.includes('src/extension.ts') && names.includes('webview/main.ts'), names.join(' '));
  });

  it('reach every declaration of src and webview', () => {
    const isKnown = (place: string): boolean =>
      knownDead.some((known) => place === known || place.startsWith(`${known}: `));
    const dead = unreachableDeclarations(root).filter((place) => !isKnown(place));
    assert.deepEqual(dead, [], 'delete these, or let the product use them');
  });
});
