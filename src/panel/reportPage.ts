import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { composeReport } from '../report/composeReport';
import { type AskWorker, gatherReport } from '../report/gatherReport';
import { type Inspection } from '../session/inspection';

/**
 * The report of a finished inspection: one HTML page with the view and its data. Throws an InspectorError if the
 * reading is not complete, or the page would grow over the limit.
 */
export async function makeReportPage(
  inspection: Inspection,
  extensionUri: vscode.Uri,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { id, tokens, columns, modelSummary, status, subject, state } = inspection;
  if (status.kind !== 'complete' || !modelSummary)
    throw new Error(vscode.l10n.t('Wait until the text is read, then make the report.'));
  const ask: AskWorker = (kind, params) => inspection.ask(kind, params, signal) as ReturnType<AskWorker>;
  const [data, script, style] = await Promise.all([
    gatherReport(ask, {
      started: { inspection: id, model: modelSummary, tokens, steps: tokens.length, ...(columns && { columns }) },
      summary: status.summary,
      source: subject.title,
      text: subject.text,
      state,
      strings: vscode.l10n.bundle ?? {},
    }),
    readBundle(extensionUri, 'view.js'),
    readBundle(extensionUri, 'view.css'),
  ]);
  const page = composeReport({
    data,
    script,
    style,
    nonce: randomBytes(16).toString('hex'),
    language: vscode.env.language,
  });
  return new TextEncoder().encode(page);
}

async function readBundle(extensionUri: vscode.Uri, name: string): Promise<string> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', name));
  return new TextDecoder().decode(bytes);
}
