/** Installs code-server where it is missing; a Node 20 and the script to run with it. */
export function ensureCodeServer(): Promise<{ readonly node: string; readonly entry: string }>;
/** Path of a Chromium or Chrome; installs Debian's as root where there is none. */
export function ensureChrome(): Promise<string>;
/** What Chromium is started with in tests. */
export const chromeArguments: readonly string[];
