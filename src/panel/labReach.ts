import path from 'node:path';
import * as vscode from 'vscode';
import { readMaybeWithin } from '../files/foreignFiles';
import { type LabOrder } from '../protocol/requestParams';
import { type EngineClient } from '../session/engineClient';
import { askAllow } from '../show/askAllow';
import { type OutsidePath } from '../trace/lab/outsidePath';

/**
 * What a lab file may name besides what lies in its own folder: what lies in the folder of the workspace that it is in.
 */
export function workspaceReach(settingsPath: string): readonly string[] {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(settingsPath));
  return folder === undefined ? [] : [folder.uri.fsPath];
}

/** A log grows with its run; half a million events. The extension host holds them all. */
const mostLogBytes = 64e6;

/**
 * The text of a file in the folder of a lab file's results; empty where there is none, or where it is not really there.
 */
export async function readResult({ settingsPath, outFolder }: LabOrder, name: string): Promise<string> {
  const reach = [path.dirname(settingsPath), ...workspaceReach(settingsPath)];
  const bytes = await readMaybeWithin(path.join(outFolder, name), reach, mostLogBytes).catch(() => null);
  return bytes?.toString('utf8') ?? '';
}

/** Kinds of requests that name a lab file, and of these the ones that begin its work. */
const labKinds = new Set(['train', 'search', 'transfer', 'describeLab', 'study', 'surrogate']);
const workKinds = new Set(['train', 'search', 'transfer']);

/**
 * The lab's client, by which a lab file reaches its workspace folder and no further, unless the person allows the paths
 * that it names outside: asked for once, by name, before its work begins.
 */
export function withLabReach(client: EngineClient): EngineClient {
  const allowed = new Map<string, readonly string[]>();
  const reaching = (order: LabOrder): LabOrder => ({
    ...order,
    reach: [...workspaceReach(order.settingsPath), ...(allowed.get(order.settingsPath) ?? [])],
  });
  const askFor = async (order: LabOrder): Promise<boolean> => {
    const found = await client.request('outsidePaths', reaching(order));
    // What is wrong with the file is said by its work.
    if (!found.ok || found.value.length === 0) return true;
    if (!(await askForPaths(order.settingsPath, found.value))) return false;
    const paths = found.value.map(({ path: outside }) => outside);
    allowed.set(order.settingsPath, [...(allowed.get(order.settingsPath) ?? []), ...paths]);
    return true;
  };
  const request: EngineClient['request'] = async (kind, params, listeners) => {
    if (!labKinds.has(kind) || !isLabOrder(params)) return client.request(kind, params, listeners);
    if (workKinds.has(kind) && !(await askFor(params)))
      return { ok: false, error: { code: 'cancelled', message: 'Cancelled.' } };
    return client.request(kind, reaching(params) as typeof params, listeners);
  };
  return {
    request,
    send: (message) => client.send(message),
    onFrame: (listener) => client.onFrame(listener),
    onDied: (listener) => client.onDied(listener),
  };
}

function isLabOrder(params: object): params is LabOrder {
  return 'settingsPath' in params;
}

function askForPaths(settingsPath: string, paths: readonly OutsidePath[]): Promise<boolean> {
  const say = ({ path: named, leadsTo, use }: OutsidePath): string => {
    const shown = leadsTo === undefined ? named : `${named} -> ${leadsTo}`;
    return use === 'write' ? vscode.l10n.t('Write {0}', shown) : vscode.l10n.t('Read {0}', shown);
  };
  return askAllow(
    vscode.l10n.t('{0} names files outside its workspace folder. Allow it?', path.basename(settingsPath)),
    paths.map(say),
    vscode.l10n.t('Allow'),
  );
}
