import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Files in which a declaration must be reached from an entry point of a bundle. */
const isOurs = (root, file) => /^(src|webview)\//.test(path.relative(root, file)) && !file.endsWith('.d.ts');

/** The entry points of the bundles, as esbuild.mjs names them. */
export function entryPoints(root) {
  const text = readFileSync(path.join(root, 'esbuild.mjs'), 'utf8');
  return [...text.matchAll(/:\s*'((?:src|webview)\/[\w/]+\.ts)'/g)].map(([, file]) => path.join(root, file));
}

/**
 * The top-level declarations of src and webview that no bundle reaches, as "file: name"; what only tests use is one of
 * them. From the entry points, from what modules do when they are loaded, and from modules that are imported at run
 * time, every name that a reached declaration mentions is reached.
 */
export function unreachableDeclarations(root) {
  const program = createProgram(root);
  const checker = program.getTypeChecker();
  const files = program.getSourceFiles().filter(({ fileName }) => isOurs(root, fileName));
  const declarations = new Map();
  for (const file of files)
    for (const statement of file.statements)
      for (const node of declarationsOf(statement)) declarations.set(node, nameOf(node));
  const entries = new Set(entryPoints(root));
  const open = files.flatMap((file) => rootsOf(file, entries.has(file.fileName)));
  const reached = new Set();
  while (open.length > 0) {
    const node = open.pop();
    if (reached.has(node)) continue;
    reached.add(node);
    for (const target of targetsOf(node, checker, declarations)) if (!reached.has(target)) open.push(target);
  }
  return [...declarations]
    .filter(([node]) => !reached.has(node))
    .map(([node, name]) => `${path.relative(root, node.getSourceFile().fileName)}: ${name}`)
    .sort();
}

function createProgram(root) {
  const read = (config) => {
    const { config: json } = ts.readConfigFile(config, ts.sys.readFile);
    return ts.parseJsonConfigFileContent(json, ts.sys, path.dirname(config));
  };
  const [src, webview] = ['src', 'webview'].map((room) => read(path.join(root, room, 'tsconfig.json')));
  const lib = [...new Set([...(src.options.lib ?? []), ...(webview.options.lib ?? [])])];
  const options = {
    ...src.options,
    ...webview.options,
    lib,
    types: ['node', 'vscode'],
    noEmit: true,
    composite: false,
  };
  return ts.createProgram([...src.fileNames, ...webview.fileNames], options);
}

/** The nodes that a top-level statement declares; nothing where it only does something. */
function declarationsOf(statement) {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations;
  const isDeclaration =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isDeclaration ? [statement] : [];
}

function nameOf(node) {
  return node.name?.getText() ?? 'default';
}

/** What runs when a module is loaded; everything, where it is an entry point. */
function rootsOf(file, isEntry) {
  return file.statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
    const declared = declarationsOf(statement);
    if (declared.length === 0) return [statement];
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    return isEntry && isExported ? [...declared] : [];
  });
}

function targetsOf(node, checker, declarations) {
  const found = [];
  const add = (symbol) => {
    const target =
      symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of target?.declarations ?? []) {
      const top = topOf(declaration, declarations);
      if (top !== undefined) found.push(top);
    }
  };
  const visit = (child) => {
    if (ts.isIdentifier(child)) {
      add(checker.getSymbolAtLocation(child));
      if (ts.isShorthandPropertyAssignment(child.parent)) add(checker.getShorthandAssignmentValueSymbol(child.parent));
    }
    const isImport = ts.isCallExpression(child) && child.expression.kind === ts.SyntaxKind.ImportKeyword;
    if (isImport && child.arguments[0] !== undefined) {
      const module = checker.getSymbolAtLocation(child.arguments[0]);
      for (const symbol of module === undefined ? [] : checker.getExportsOfModule(module)) add(symbol);
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

/** The top-level declaration that holds a declaration. */
function topOf(node, declarations) {
  for (let at = node; at !== undefined; at = at.parent) if (declarations.has(at)) return at;
  return undefined;
}
