/** Sets the body's class as VS Code would, by what the reader's system prefers, and follows changes. */
export function useReportTheme(body: HTMLElement): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    body.classList.toggle('vscode-dark', dark.matches);
    body.classList.toggle('vscode-light', !dark.matches);
  };
  dark.addEventListener('change', apply);
  apply();
}
