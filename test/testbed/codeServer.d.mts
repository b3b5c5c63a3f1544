/** A code-server that answers. */
export interface CodeServer {
  readonly port: number;
  readonly url: string;
  readonly child: import('node:child_process').ChildProcess;
  /** What it has printed so far. */
  readonly log: () => string;
  readonly end: () => Promise<void>;
}

/** Starts code-server with its user data and extensions under `folder`; waits until it answers. */
export function startCodeServer(
  install: { readonly node: string; readonly entry: string },
  options: {
    readonly folder: string;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly vsix?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Folders are opened in Restricted Mode. */
    readonly asksForTrust?: boolean;
  },
): Promise<CodeServer>;

/** Writes the user settings; VS Code takes up a change while it runs. */
export function writeSettings(folder: string, settings?: Readonly<Record<string, unknown>>): void;

/** Address of a workbench that shows `workspace`, with extensions loaded from source where asked. */
export function workbenchUrl(
  server: CodeServer,
  options: { readonly workspace: string; readonly developmentPaths?: readonly string[]; readonly testsPath?: string },
): string;

/** A port that nothing listens on just now. */
export function findFreePort(): Promise<number>;
