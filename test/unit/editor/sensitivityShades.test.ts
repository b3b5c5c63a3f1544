import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sensitivityShades, shadesOf, strongestStep } from '../../../src/editor/sensitivityShades';
import { luminance } from '../../../webview/scales/colourTable';

const root = path.resolve(__dirname, '../../..');

describe('the shades of sensitivity', () => {
  it('are linear in the share of the strongest token, and neighbours of one shade are one run', () => {
    const shares = [1, 0.5, 0.5, 0.04, 0, 1 / 6, 0.99];
    const row = Float32Array.from(shares, (share) => Math.log10(share) - 7);
    assert.deepEqual(shadesOf(row, -7), [
      { from: 0, to: 1, shade: 6 },
      { from: 1, to: 3, shade: 3 },
      { from: 5, to: 6, shade: 1 },
      { from: 6, to: 7, shade: 6 },
    ]);
    assert.equal(strongestStep(row), 0);
  });

  it('leave a row of zeros, of NaN or of nothing without colour', () => {
    for (const row of [Float32Array.of(-Infinity, -Infinity), Float32Array.of(NaN), new Float32Array()]) {
      assert.deepEqual(shadesOf(row, -Infinity), []);
      assert.equal(strongestStep(row), -1);
    }
  });

  const { contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    contributes: { colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[] };
  };
  for (const [kind, file] of [
    ['light', 'light-modern'],
    ['dark', 'dark-modern'],
    ['highContrast', 'hc-dark'],
    ['highContrastLight', 'hc-light'],
  ] as const) {
    it(`have colours in ${kind} that move away from the background evenly, with the text legible on each`, () => {
      const theme = JSON.parse(readFileSync(path.join(root, `test/view/themes/${file}.json`), 'utf8')) as Record<
        string,
        string
      >;
      const [paper = 0, ink = 0] = ['--vscode-editor-background', '--vscode-editor-foreground'].map((name) =>
        luminanceOf(theme[name] ?? ''),
      );
      const shades = contributes.colors
        .filter(({ id }) => id.startsWith('lstmInspector.influence'))
        .map(({ defaults }) => luminanceOf(defaults[kind] ?? ''));
      assert.equal(shades.length, sensitivityShades);
      let last = paper;
      for (const shade of shades) {
        assert.ok(Math.abs(shade - paper) > Math.abs(last - paper), `${shade} after ${last}`);
        assert.ok(contrast(shade, ink) >= 4.5, `contrast ${contrast(shade, ink)}`);
        last = shade;
      }
      assert.ok(contrast(last, paper) >= 1.5, `the strongest is told from the paper: ${contrast(last, paper)}`);
    });
  }
});

function luminanceOf(colour: string): number {
  const value = parseInt(colour.slice(1, 7), 16);
  return luminance(((value & 255) << 16) | (value & 0xff00) | (value >> 16));
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
