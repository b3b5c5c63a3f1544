import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(__dirname, '../..');

/** Which rooms of src a room may import; every room may import `base`, and itself. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  base: [],
  files: [],
  trace: [],
  text: ['trace'],
  data: ['files', 'trace', 'text'],
  protocol: ['trace'],
  cells: ['trace'],
  kernels: ['cells', 'trace'],
  network: ['cells', 'text', 'trace'],
  models: ['files', 'network', 'cells', 'text', 'trace'],
  analysis: ['trace'],
  engine: ['network', 'kernels', 'cells', 'analysis', 'text', 'trace'],
  lab: ['files', 'engine', 'models', 'network', 'cells', 'analysis', 'data', 'text', 'trace'],
  report: ['analysis', 'protocol', 'trace'],
  worker: ['files', 'engine', 'lab', 'models', 'network', 'data', 'text', 'protocol', 'trace'],
  link: ['protocol'],
  session: ['protocol', 'trace'],
  disk: ['files', 'vscode'],
  settings: ['vscode'],
  show: ['vscode'],
  panel: ['files', 'session', 'show', 'report', 'settings', 'text', 'protocol', 'trace', 'vscode'],
  editor: ['disk', 'session', 'show', 'report', 'settings', 'text', 'protocol', 'trace', 'vscode'],
  trees: ['disk', 'session', 'show', 'report', 'settings', 'text', 'protocol', 'trace', 'vscode'],
  commands: ['disk', 'show', 'panel', 'editor', 'trees', 'session', 'settings', 'trace', 'vscode'],
  cli: ['files', 'link', 'report', 'data', 'protocol', 'trace'],
};
const tfjsRooms = ['cells', 'kernels', 'network', 'models', 'engine', 'lab', 'worker'];
const nodeFreeRooms = [
  'base',
  'trace',
  'text',
  'protocol',
  'cells',
  'kernels',
  'network',
  'analysis',
  'engine',
  'session',
];
const d3Rooms = ['scales', 'paint', 'views'];

interface Arrow {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function isAsset(target: string): boolean {
  return /\.(wasm|css|json|html)$/.test(target);
}

function readArrows(folder: 'src' | 'webview'): Arrow[] {
  const base = path.join(root, folder);
  const files = readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => !file.startsWith(path.join('kernels', 'assembly')));
  return files.flatMap((file) => {
    const imported = ts.preProcessFile(readFileSync(path.join(base, file), 'utf8'), true, true).importedFiles;
    const room = file.includes(path.sep) ? (file.split(path.sep)[0] ?? '') : '';
    return imported.map(({ fileName }) => {
      if (!fileName.startsWith('.')) return { file, room, target: fileName };
      const inside = path.relative(root, path.resolve(base, path.dirname(file), fileName));
      return { file, room, target: `./${inside.split(path.sep).join('/')}` };
    });
  });
}

function roomOf(target: string): string {
  return target.split('/')[2] ?? '';
}

describe('the import arrows', () => {
  const src = readArrows('src');
  const webview = readArrows('webview');

  it('finds the sources', () => {
    assert.ok(src.length > 10, `only ${src.length} imports found`);
  });

  it('point only where a room may look', () => {
    const wrong = src
      .filter((arrow) => arrow.room !== '' && arrow.target.startsWith('./src/'))
      .filter(({ room, target }) => {
        const allowed = rooms[room];
        assert.ok(allowed, `Unknown room ${room}`);
        return ![...allowed, 'base', room].includes(roomOf(target));
      });
    assert.deepEqual(wrong, []);
  });

  it('lead from src to no other part of the project', () => {
    const wrong = src.filter(
      ({ target }) => target.startsWith('./') && !target.startsWith('./src/') && !isAsset(target),
    );
    assert.deepEqual(wrong, []);
  });

  it('keep vscode, tfjs and node where they belong', () => {
    const wrong = src.filter(({ room, target }) => {
      if (room === '') return false;
      if (target === 'vscode') return !(rooms[room] ?? []).includes('vscode');
      if (target.startsWith('@tensorflow/')) return !tfjsRooms.includes(room);
      if (target.startsWith('node:')) return nodeFreeRooms.includes(room);
      return target.startsWith('d3');
    });
    assert.deepEqual(wrong, []);
  });

  it('let the web view see only base, trace and protocol of src, and d3 only where pictures are made', () => {
    const wrong = webview.filter(({ room, target }) => {
      if (target.startsWith('./src/')) return !['base', 'trace', 'protocol'].includes(roomOf(target));
      if (target.startsWith('d3')) return !d3Rooms.includes(room);
      return target.startsWith('node:') || target === 'vscode' || target.startsWith('@tensorflow/');
    });
    assert.deepEqual(wrong, []);
  });

  it('make no cycle between the files of src and webview', () => {
    assert.deepEqual(findCycle([...src.map(within('src')), ...webview.map(within('webview'))]), []);
  });
});

function within(folder: string) {
  return ({ file, target }: Arrow): readonly [string, string] => [
    `./${folder}/${file.split(path.sep).join('/').replace(/\.ts$/, '')}`,
    target.replace(/\.js$/, ''),
  ];
}

function findCycle(edges: readonly (readonly [string, string])[]): readonly string[] {
  const next = new Map<string, string[]>();
  for (const [from, target] of edges) next.set(from, [...(next.get(from) ?? []), target]);
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): readonly string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    trail.push(file);
    for (const target of next.get(file) ?? []) {
      const cycle = visit(target);
      if (cycle.length > 0) return cycle;
    }
    trail.pop();
    done.add(file);
    return [];
  };
  for (const [file] of edges) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
