/**
 * What the page's first script leaves for the view: VS Code's interface, and what has arrived since the page said
 * `ready`.
 */
export interface Greeting<Api> {
  readonly api: Api;
  /** Gives what was kept, in order, and keeps no more: from now on the view listens itself. */
  take(): readonly unknown[];
}

/** Where {@link greetingScript} leaves its {@link Greeting}. */
export const greetingName = 'lstmInspectorGreeting';

/**
 * The page's first script: it listens and says `ready` at once, so that the host's answer is under way while the style
 * sheet and the view's own script are still being loaded. `acquireVsCodeApi` works only once a page, and is called
 * here.
 */
export const greetingScript = `{
  const api = acquireVsCodeApi();
  const kept = [];
  const keep = ({ data }) => kept.push(data);
  addEventListener('message', keep);
  globalThis.${greetingName} = {
    api,
    take: () => {
      removeEventListener('message', keep);
      return kept;
    },
  };
  api.postMessage({ type: 'ready' });
}`;
