import * as vscode from 'vscode';
import { toFailure } from '../../base/errors';
import { makeReportPage } from '../../panel/reportPage';
import { type Inspection } from '../../session/inspection';
import { withProgress } from '../../show/withProgress';
import { type CommandContext } from '../commandContext';
import { saveBytes } from '../saveBytes';

/**
 * "Make Report": saves the active (or given) inspection as one page that opens in any browser, and offers to open it.
 */
export async function makeReport(context: CommandContext, given: unknown): Promise<void> {
  const { registry, messages, log } = context;
  const inspection = chooseInspection(context, given);
  if (!inspection) {
    messages.tell('info', vscode.l10n.t('No inspection is open. Run "Inspect LSTM" on some text.'));
    return;
  }
  try {
    const page = await compose(context, inspection);
    if (registry.all.includes(inspection))
      await saveBytes(messages, `${baseName(inspection)}.html`, page, targetOf(given));
  } catch (thrown) {
    const { code, message } = toFailure(thrown);
    if (code === 'cancelled') return;
    log.error(`The report failed (${code}): ${message}`);
    messages.tell('error', message, { [vscode.l10n.t('Show Log')]: () => log.show() });
  }
}

function compose({ extensionUri }: CommandContext, inspection: Inspection): Thenable<Uint8Array> {
  const title = vscode.l10n.t('Making the report');
  return withProgress(title, async (_report, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return makeReportPage(inspection, extensionUri, abort.signal);
  });
}

function chooseInspection({ registry }: CommandContext, given: unknown): Inspection | null | undefined {
  const id = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)['inspection'] : undefined;
  return typeof id === 'number' ? registry.byId(id) : registry.active;
}

/** Where to save without asking: for a keybinding or a test. */
function targetOf(given: unknown): vscode.Uri | undefined {
  const target = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)['target'] : undefined;
  return target instanceof vscode.Uri ? target : undefined;
}

function baseName({ subject, modelSummary }: Inspection): string {
  const name = subject.title.replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return `${name || 'report'}-${(modelSummary?.name ?? 'lstm').replace(/[^\p{L}\p{N}._-]+/gu, '-')}`;
}
