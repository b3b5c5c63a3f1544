/** The kinds of theme that VS Code has, by the classes it sets on the body. */
export type ThemeKind = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

/** Every colour that a picture is painted with; pictures read no CSS themselves. */
export interface Palette {
  readonly kind: ThemeKind;
  readonly background: string;
  readonly foreground: string;
  /** Text of less weight, still at a contrast of 4.5 or more. */
  readonly muted: string;
  readonly grid: string;
  readonly accent: string;
  /** Marks of what is no longer so. */
  readonly warning: string;
  readonly monoFont: string;
  /** Stops of a gate's colours from 0 to 1: lightness runs one way, so that they read without hue. */
  readonly sequential: readonly string[];
  /** Stops from the most negative over the background at zero to the most positive: blue and orange. */
  readonly diverging: readonly string[];
  readonly nan: string;
  /** Lines of several fields in one picture (after Okabe and Ito 2008). */
  readonly lines: Readonly<Record<string, string>>;
}

const lightLines = {
  i: '#0072b2',
  f: '#b34700',
  g: '#007d58',
  o: '#a3458a',
  c: '#1b1b1b',
  h: '#5c5c00',
  z: '#b34700',
  r: '#0072b2',
  n: '#007d58',
  x: '#6b6b6b',
  a: '#007d58',
};
const darkLines = {
  i: '#56b4e9',
  f: '#f0a04b',
  g: '#2fc69a',
  o: '#dd93c4',
  c: '#f5f5f5',
  h: '#f0e442',
  z: '#f0a04b',
  r: '#56b4e9',
  n: '#2fc69a',
  x: '#a8a8a8',
  a: '#2fc69a',
};

const looks = {
  light: {
    sequential: ['#f3f7f6', '#b5ddd8', '#4fa8b5', '#1c6795', '#0f2f5e'],
    diverging: ['#0b3c7d', '#4f8fc9', '#b9d5ec', '', '#f3cfa3', '#d9822b', '#7a3300'],
    nan: '#c400c4',
    lines: lightLines,
  },
  dark: {
    sequential: ['#17232b', '#1b4c66', '#1f8a94', '#7fd0a4', '#f4f7c0'],
    diverging: ['#a8dcff', '#4aa3e6', '#1f4d78', '', '#70441a', '#e8933a', '#ffe2b3'],
    nan: '#ff5cff',
    lines: darkLines,
  },
} as const;

/** Reads the palette from the page's `--vscode-*` variables and body classes. */
export function readPalette(body: HTMLElement): Palette {
  const style = getComputedStyle(body);
  const read = (name: string, fallback: string): string => {
    const value = style.getPropertyValue(name).trim();
    return value === '' ? fallback : value;
  };
  const kind = readKind(body);
  const isDark = kind === 'dark' || kind === 'high-contrast';
  const look = isDark ? looks.dark : looks.light;
  const background = read('--vscode-editor-background', isDark ? '#1f1f1f' : '#ffffff');
  const foreground = read('--vscode-editor-foreground', isDark ? '#cccccc' : '#3b3b3b');
  const isHighContrast = kind === 'high-contrast' || kind === 'high-contrast-light';
  return {
    kind,
    background,
    foreground,
    muted: isHighContrast ? foreground : isDark ? '#a6a6a6' : '#616161',
    grid: isHighContrast ? foreground : isDark ? '#3a3a3a' : '#dcdcdc',
    accent: read('--vscode-focusBorder', isDark ? '#0078d4' : '#005fb8'),
    warning: read('--vscode-editorWarning-foreground', isDark ? '#cca700' : '#a86d00'),
    monoFont: read('--vscode-editor-font-family', 'monospace'),
    sequential: look.sequential,
    diverging: look.diverging.map((stop) => (stop === '' ? background : stop)),
    nan: look.nan,
    lines: look.lines,
  };
}

/** Calls back when VS Code changes the theme, which it does by changing the body's class and the root's style. */
export function watchTheme(body: HTMLElement, onChange: () => void): void {
  const observer = new MutationObserver(onChange);
  observer.observe(body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}

function readKind(body: HTMLElement): ThemeKind {
  const { classList } = body;
  if (classList.contains('vscode-high-contrast-light')) return 'high-contrast-light';
  if (classList.contains('vscode-high-contrast')) return 'high-contrast';
  return classList.contains('vscode-dark') ? 'dark' : 'light';
}
