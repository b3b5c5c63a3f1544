import tseslint from 'typescript-eslint';
import { restrictedProperties, restrictedSyntax, terminalProperties } from './eslint.foreignText.mjs';

/** What opens and writes files; foreign paths pass one door, src/files. Types may be named anywhere. */
const fileSystem = { regex: '^(node:)?fs(/promises)?$', allowTypeImports: true };

/** Where code that must never be evaluated is read: model files are untrusted. */
const noEvaluation = {
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-restricted-imports': [
    'error',
    {
      paths: ['vm', 'node:vm', 'child_process', 'node:child_process'],
      patterns: [fileSystem],
    },
  ],
};

const namedExportsOnly = { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' };

/** What a file lists may be longer than a call's arguments: its spread ends in "Maximum call stack size exceeded". */
const noSpreadLists = {
  'no-restricted-syntax': [
    'error',
    namedExportsOnly,
    {
      selector: "CallExpression[callee.object.name='Math'] > SpreadElement",
      message: 'Use largestOf or smallestOf of base/extremes.',
    },
    {
      selector: 'CallExpression[callee.property.name=/^(push|unshift|splice)$/] > SpreadElement',
      message: 'Use pushAll of base/extremes.',
    },
  ],
};

const limits = {
  'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 4],
};

const namedExports = { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' };

/** Where VS Code is spoken to: only src/show may show words. */
const oneDoor = {
  'no-restricted-properties': ['error', ...restrictedProperties],
  'no-restricted-syntax': ['error', namedExports, ...restrictedSyntax],
};

const style = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  'no-restricted-syntax': ['error', namedExports],
  eqeqeq: 'error',
  'no-console': 'error',
  'prefer-const': 'error',
};

const typed = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/prefer-nullish-coalescing': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'out/',
      'node_modules/',
      '.vscode-test/',
      '.cache/',
      'src/kernels/assembly/',
      'test/bench/assembly/',
      '**/*.js',
      '**/*.cjs',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: { ...limits, ...style, ...typed },
  },
  // The project's own commands: they speak on the console, and configuration files are read by their default export.
  {
    files: ['**/*.mjs'],
    rules: { ...limits, eqeqeq: 'error', 'prefer-const': 'error' },
  },
  { files: ['src/**/*.ts'], ignores: ['src/show/**'], rules: oneDoor },
  // Besides the door: readers of files that it has opened, and what reads what the build has put into dist.
  {
    files: ['src/**/*.ts'],
    ignores: [
      'src/files/*.ts',
      'src/lab/search/appendWhole.ts',
      'src/lab/search/journalFile.ts',
      'src/lab/search/journalLock.ts',
      'src/link/cachedScript.ts',
      'src/cli/main.ts',
      'src/cli/commands/report.ts',
      'src/worker/main.ts',
      'src/worker/secondThread.ts',
      'src/worker/startTfjs.ts',
      'src/worker/wideVectors.ts',
    ],
    rules: { 'no-restricted-imports': ['error', { patterns: [fileSystem] }] },
  },
  { files: ['src/models/**/*.ts'], rules: noEvaluation },
  { files: ['src/{data,engine,lab,models,network,worker}/**/*.ts'], rules: noSpreadLists },
  {
    files: ['src/cli/**/*.ts'],
    ignores: ['src/cli/terminal.ts'],
    rules: { 'no-restricted-properties': ['error', ...restrictedProperties, ...terminalProperties] },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'error', 'max-lines': ['error', { max: 600 }] },
  },
);
