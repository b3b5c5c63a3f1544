// Prints how the code is built, and fails where a figure is beyond its limit. A limit above its target is the figure of
// the day on which it was set: it only goes down. Run by `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { unreachableDeclarations } from './reachable.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const longestLine = 120;
const cells = new Set(['lstm', 'gru', 'rnn']);

/** Each figure's limit, and the target. */
const limits = {
  'lines over 120, long literals aside': [32, 0],
  'functions: median lines': [10, 10],
  'functions: 99th percentile, lines': [41, 40],
  'functions: longest, lines': [60, 60],
  'functions over 40 lines': [57, 0],
  'functions over 60 lines': [0, 0],
  'files over 400 lines': [1, 0],
  'folders over 25 files': [0, 0],
  'declarations that no bundle reaches': [0, 0],
  "comparisons with a cell's name outside cells and models": [0, 0],
};

const files = ['src', 'webview', 'test'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts|mjs)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')),
);
const code = files.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
const shipped = code
  .filter(({ file }) => /^(src|webview)\/.*\.ts$/.test(file) && !file.includes('/assembly/'))
  .map(({ file, text }) => ({ file, text, tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) }));

/** Nodes of a tree for which `test` holds. */
function nodesOf(tree, test) {
  const found = [];
  const visit = (node) => {
    if (test(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Lines that are too long even without their texts, templates and patterns. */
function longLines({ file, text }) {
  const lines = text.split('\n');
  if (lines.every((line) => line.length <= longestLine)) return [];
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const literals = nodesOf(
    tree,
    (node) =>
      ts.isStringLiteralLike(node) ||
      ts.isTemplateExpression(node) ||
      ts.isRegularExpressionLiteral(node) ||
      ts.isImportDeclaration(node),
  );
  const excused = new Map();
  for (const node of literals) {
    const at = tree.getLineAndCharacterOfPosition(node.getStart()).line;
    excused.set(at, (excused.get(at) ?? 0) + node.getWidth());
  }
  return lines.flatMap((line, k) => (line.length - (excused.get(k) ?? 0) > longestLine ? [`${file}:${k + 1}`] : []));
}

/** Lines of every function with a body; arrow functions of one line are left out. */
function functionsOf({ file, tree }) {
  return nodesOf(tree, (node) => ts.isFunctionLike(node) && node.body !== undefined).flatMap((node) => {
    const [from, to] = [node.getStart(), node.getEnd()].map((at) => tree.getLineAndCharacterOfPosition(at).line);
    const lines = to - from + 1;
    return ts.isArrowFunction(node) && lines === 1 ? [] : [{ lines, place: `${file}:${from + 1}` }];
  });
}

function cellComparisons({ file, tree }) {
  if (/^src\/(cells|models)\//.test(file)) return [];
  const isCell = (node) => ts.isStringLiteral(node) && cells.has(node.text);
  const isComparison = (node) =>
    ts.isCaseClause(node)
      ? isCell(node.expression)
      : ts.isBinaryExpression(node) &&
        [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken].includes(
          node.operatorToken.kind,
        ) &&
        (isCell(node.left) || isCell(node.right));
  return nodesOf(tree, isComparison).map(
    (node) => `${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`,
  );
}

function foldersOver(most) {
  const counts = new Map();
  for (const file of files) counts.set(path.posix.dirname(file), (counts.get(path.posix.dirname(file)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > most).map(([folder, count]) => `${folder} (${count})`);
}

const functions = shipped.flatMap(functionsOf).sort((a, b) => a.lines - b.lines);
const quantile = (share) => functions[Math.min(functions.length - 1, Math.floor(share * functions.length))];
const over = (most) => functions.filter(({ lines }) => lines > most).map(({ lines, place }) => `${place} (${lines})`);
/** A figure, or the places that it counts. */
const found = {
  'lines over 120, long literals aside': code.flatMap(longLines),
  'functions: median lines': quantile(0.5).lines,
  'functions: 99th percentile, lines': quantile(0.99).lines,
  'functions: longest, lines': functions.at(-1).lines,
  'functions over 40 lines': over(40),
  'functions over 60 lines': over(60),
  'files over 400 lines': code.filter(({ text }) => text.trimEnd().split('\n').length > 400).map(({ file }) => file),
  'folders over 25 files': foldersOver(25),
  'declarations that no bundle reaches': unreachableDeclarations(root),
  "comparisons with a cell's name outside cells and models": shipped.flatMap(cellComparisons),
};

const showsPlaces = process.argv.includes('--places');
console.log(`${files.length} files of src, webview and test; ${functions.length} functions of src and webview`);
for (const [name, [limit, target]] of Object.entries(limits)) {
  const value = typeof found[name] === 'number' ? found[name] : found[name].length;
  const isBeyond = value > limit;
  const goal = limit === target ? `limit ${limit}` : `limit ${limit}, target ${target}`;
  console.log(`${isBeyond ? 'BEYOND' : 'ok    '} ${String(value).padStart(4)}  ${name} (${goal})`);
  if ((isBeyond || showsPlaces) && Array.isArray(found[name]))
    for (const place of found[name]) console.log(`         ${place}`);
  if (isBeyond) process.exitCode = 1;
}
