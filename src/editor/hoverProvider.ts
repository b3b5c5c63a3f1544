import * as vscode from 'vscode';
import { type RangeParams } from '../protocol/requestParams';
import { type StepSummary } from '../protocol/summaries';
import { fieldsOf } from '../trace/reading/cellKind';
import { unpackFrame } from '../trace/reading/frame';
import { trustedHover } from '../show/trustedHover';
import { hoverMarkdown, type ValuesOf } from './hoverText';
import { type InspectedDocuments, type TokenPlace } from './inspectedDocuments';

/** VS Code's own hover over the tokens of inspected texts: one block an inspection, the newest first. */
export class TokenHoverProvider implements vscode.HoverProvider {
  constructor(
    private readonly documents: InspectedDocuments,
    private readonly isEnabled: () => boolean,
    /** Hears where the mouse rests, whether hovers are shown or not: the view shows that column. */
    private readonly onPoint: (places: readonly TokenPlace[]) => void,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    const places = [...this.documents.tokensAt(document, position)].reverse();
    this.onPoint(places);
    if (!this.isEnabled() || places.length === 0) return null;
    const abort = new AbortController();
    const cancel = token.onCancellationRequested(() => abort.abort());
    try {
      const blocks = await Promise.all(places.map((place) => describe(place, abort.signal)));
      const contents = blocks.filter((block) => block !== null);
      return contents.length > 0 ? new vscode.Hover(contents, places[0]?.ranges[0]) : null;
    } finally {
      cancel.dispose();
    }
  }
}

async function describe({ inspection, step }: TokenPlace, signal: AbortSignal): Promise<vscode.MarkdownString | null> {
  const answer = await inspection.step(step, signal);
  if (!answer.ok) return null;
  const valuesOf = await readValues(answer.value, (params) => inspection.ask('range', params, signal));
  const pinArguments = encodeURIComponent(JSON.stringify([{ inspection: inspection.id, step }]));
  const shown = hoverMarkdown({
    summary: answer.value,
    modelName: inspection.modelSummary?.name ?? '',
    valuesOf,
    translate: (message, ...args) => vscode.l10n.t(message, ...args),
    pinUri: `command:lstmInspector.pinToken?${pinArguments}`,
    sensitivityUri: 'command:lstmInspector.toggleInfluence',
    ...(inspection.stale ? { staleNote: vscode.l10n.t('The text changed since it was read.') } : {}),
  });
  return trustedHover(shown);
}

type AskRange = (
  params: Omit<RangeParams, 'inspection'>,
) => Promise<{ readonly ok: boolean; readonly value?: unknown }>;

/** Every unit's values at a step, for the pictures; a layer that cannot be had has no picture. */
async function readValues(summary: StepSummary, ask: AskRange): Promise<ValuesOf> {
  const values = new Map<string, Float32Array>();
  await Promise.all(
    summary.layers.map(async ({ shape: { layer, direction, cell } }) => {
      const answer = await ask({ layer, direction, fields: fieldsOf(cell), from: summary.step, to: summary.step + 1 });
      if (!answer.ok || !(answer.value instanceof ArrayBuffer)) return;
      const frame = unpackFrame(answer.value);
      frame.header.fields.forEach((field, k) => {
        const plane = frame.planes[k];
        if (plane) values.set(`${layer}.${direction}.${field}`, plane);
      });
    }),
  );
  return (layer, direction, field) => values.get(`${layer}.${direction}.${field}`);
}
