import assert from 'node:assert/strict';
import path from 'node:path';
import { entryPoints, unreachableDeclarations } from '../../testbed/reachable.mjs';

const root = path.resolve(__dirname, '../../..');

describe('the bundles', function () {
  this.timeout(240_000);

  it('are found by their entry points', () => {
    const names = entryPoints(root).map((file) => path.relative(root, file));
    assert.ok(names.includes('src/extension.ts') && names.includes('webview/main.ts'), names.join(' '));
  });

  it('reach every declaration of src and webview; what only tests use counts as dead', () => {
    const dead = unreachableDeclarations(root);
    assert.deepEqual(dead, [], 'delete these, or let the product use them');
  });
});
