import { readFileSync } from 'node:fs';
import path from 'node:path';

/** VS Code's own four themes, as dumped by test/view/themes/dump.mjs. */
export const themeNames = ['light-modern', 'dark-modern', 'hc-dark', 'hc-light'] as const;
export type ThemeName = (typeof themeNames)[number];

const classes: Readonly<Record<ThemeName, string>> = {
  'light-modern': 'vscode-light',
  'dark-modern': 'vscode-dark',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast-light vscode-high-contrast',
};

/** The class that VS Code sets on a web view's body. */
export function themeClass(theme: ThemeName): string {
  return classes[theme];
}

/** The variables that VS Code sets on a web view's root. */
export function themeStyle(theme: ThemeName): string {
  const values = JSON.parse(readFileSync(path.join(__dirname, `../themes/${theme}.json`), 'utf8')) as Record<
    string,
    string
  >;
  const fonts = {
    '--vscode-font-family': 'system-ui, "DejaVu Sans", sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-font-weight': 'normal',
    '--vscode-editor-font-family': '"DejaVu Sans Mono", monospace',
    '--vscode-editor-font-size': '14px',
  };
  return Object.entries({ ...values, ...fonts })
    .map(([name, value]) => `${name}: ${value};`)
    .join(' ');
}
