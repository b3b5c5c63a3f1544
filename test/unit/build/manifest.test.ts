import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');

interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly activationEvents?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: boolean | string };
    readonly virtualWorkspaces: unknown;
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly description: string; readonly media: Readonly<Record<string, unknown>> }[];
    }[];
  };
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as T;
}

describe('the manifest', () => {
  const manifest = readJson<Manifest>('package.json');
  const text = readFileSync(path.join(root, 'package.json'), 'utf8');
  const commands = manifest.contributes.commands.map(({ command }) => command);

  it('activates by what the person does, never at start-up', () => {
    const greedy = (manifest.activationEvents ?? []).filter((event) =>
      /^(\*|onStartupFinished|onLanguage(:.*)?|workspaceContains:\*\*?)$/.test(event),
    );
    assert.deepEqual(greedy, []);
  });

  it('brings a restored panel back', () => {
    const panels = (manifest.activationEvents ?? []).filter((event) => event.startsWith('onWebviewPanel:'));
    assert.ok(panels.length > 0);
  });

  it('asks for the VS Code whose types it is checked against', () => {
    assert.equal(manifest.engines['vscode'], '^1.100.0');
    assert.equal(manifest.devDependencies['@types/vscode'], '~1.100.0');
  });

  it('says what holds in restricted and in virtual workspaces', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.ok(manifest.capabilities.virtualWorkspaces !== undefined);
  });

  it('has a text for every key, and a key for every text', () => {
    const strings = readJson<Record<string, string>>('package.nls.json');
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? '');
    assert.deepEqual(
      used.filter((key) => strings[key] === undefined),
      [],
    );
    assert.deepEqual(
      Object.keys(strings).filter((key) => !used.includes(key)),
      [],
    );
  });

  it('names in its menus, keys and walkthrough only commands that it contributes', () => {
    const menus = Object.values(manifest.contributes.menus).flat();
    const named = [...menus, ...manifest.contributes.keybindings].flatMap(({ command }) => command ?? []);
    const strings = Object.values(readJson<Record<string, string>>('package.nls.json')).join('\n');
    const linked = [...strings.matchAll(/command:([\w.-]+)/g)].map((match) => match[1] ?? '');
    const ours = linked.filter((command) => !/^(workbench|editor|vscode)\./.test(command));
    assert.deepEqual(
      [...named, ...ours].filter((command) => !commands.includes(command)),
      [],
    );
  });

  it('contributes no command twice', () => {
    assert.equal(new Set(commands).size, commands.length);
  });

  it('points at pictures that are there', () => {
    const pictures = [...text.matchAll(/"(media\/[^"*]+\.(?:png|svg))"/g)].map((match) => match[1] ?? '');
    assert.ok(pictures.includes(manifest.icon));
    assert.deepEqual(
      pictures.filter((file) => !existsSync(path.join(root, file))),
      [],
    );
  });

  it('has a walkthrough of four steps, each with its command', () => {
    const steps = manifest.contributes.walkthroughs[0]?.steps ?? [];
    const strings = readJson<Record<string, string>>('package.nls.json');
    assert.equal(steps.length, 4);
    for (const { description } of steps) {
      const shown = strings[description.slice(1, -1)] ?? description;
      assert.match(shown, /\(command:/);
      assert.doesNotMatch(
        shown.replaceAll('**', ''),
        /\*/,
        'a walkthrough knows **bold** only, and shows a single asterisk as it is',
      );
    }
  });

  it('has nothing installed beside it: all is bundled', () => {
    assert.deepEqual(manifest.dependencies ?? {}, {});
    assert.equal(manifest.license, 'MIT');
  });

  it('packs from a list of what goes in', () => {
    assert.ok(manifest.files.length > 0);
    assert.ok(!existsSync(path.join(root, '.vscodeignore')), 'vsce takes one of the two lists only');
    assert.deepEqual(
      manifest.files.filter((pattern) => /^(\*\*|\.|\*|src|test|node_modules)/.test(pattern)),
      [],
    );
  });
});
