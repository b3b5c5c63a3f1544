import assert from 'node:assert/strict';
import { createContext, runInContext } from 'node:vm';
import { type Greeting, greetingName, greetingScript } from '../../../src/protocol/greeting';

interface FakePage {
  readonly posted: unknown[];
  readonly greeting: Greeting<{ postMessage(message: unknown): void }>;
  receive(data: unknown): void;
}

/** Runs the script with a page's few globals; `onReady` is what the host does when the page says `ready`. */
function greet(onReady: (page: Pick<FakePage, 'receive'>) => void = () => undefined): FakePage {
  const posted: unknown[] = [];
  const listeners = new Set<(event: { readonly data: unknown }) => void>();
  const receive = (data: unknown): void => listeners.forEach((listener) => listener({ data }));
  const globals = createContext({
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => {
        posted.push(message);
        onReady({ receive });
      },
    }),
    addEventListener: (_type: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => void listeners.delete(listener),
  });
  runInContext(greetingScript, globals);
  return { posted, receive, greeting: globals[greetingName] as FakePage['greeting'] };
}

describe('the greeting of a page', () => {
  it('listens before it says ready, and keeps what comes, in order, until the view takes it', () => {
    const page = greet(({ receive }) => receive('at once'));
    page.receive('later');
    assert.equal(JSON.stringify(page.posted), '[{"type":"ready"}]');
    assert.equal(page.greeting.take().join(), 'at once,later');
  });

  it('keeps no more once the view listens itself', () => {
    const page = greet();
    const kept = page.greeting.take();
    page.receive('for the view');
    assert.equal(kept.length, 0);
  });

  it('leaves no name of its own but one', () => {
    const globals = createContext({
      acquireVsCodeApi: () => ({ postMessage: () => undefined }),
      addEventListener: () => undefined,
    });
    const before = Object.keys(globals);
    runInContext(greetingScript, globals);
    assert.deepEqual(
      Object.keys(globals).filter((name) => !before.includes(name)),
      [greetingName],
    );
  });
});
