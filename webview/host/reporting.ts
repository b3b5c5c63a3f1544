/** The host, which is told what fails, so that a view is never blank unexplained. */
export function reporting<H extends { post(message: { readonly type: 'broken'; readonly message: string }): void }>(
  host: H,
): H {
  const tell = (message: string): void => host.post({ type: 'broken', message });
  window.addEventListener('error', (event) => tell(event.message));
  window.addEventListener('unhandledrejection', (event) => tell(String(event.reason)));
  return host;
}
