/** Sets the body's class as VS Code would, by what the reader's system prefers, and follows changes. */
export function useReportTheme(body: HTMLElement): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const isHigh = contrast.matches;
    body.classList.toggle('vscode-dark', dark.matches && !isHigh);
    body.classList.toggle('vscode-light', !dark.matches && !isHigh);
    body.classList.toggle('vscode-high-contrast', isHigh);
    body.classList.toggle('vscode-high-contrast-light', isHigh && !dark.matches);
  };
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  apply();
}
