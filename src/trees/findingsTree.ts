import * as vscode from 'vscode';
import { treeItem } from '../show/treeItem';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Log } from '../base/log';
import { type Inspection } from '../session/inspection';
import { type InspectionRegistry } from '../session/inspectionRegistry';
import { type Finding, type FindingKind, type FindingsReport } from '../trace/reading/findings';

/** One finding of an inspection, or the heading of a kind of them. */
export type FindingNode =
  | { readonly kind: 'group'; readonly of: FindingKind; readonly findings: readonly Finding[] }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly inspection: Inspection };

const icons = { problem: 'warning', notice: 'info', interest: 'lightbulb' } as const;

/** "Findings": what stands out in the inspection that was used last, by kind; a click shows it in the view. */
export class FindingsTree implements vscode.TreeDataProvider<FindingNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly reports = new Map<number, FindingsReport>();

  constructor(
    private readonly registry: InspectionRegistry,
    private readonly log: Log,
  ) {
    this.store.add(registry.activated.on(() => this.changed.fire()));
    this.store.add(
      registry.opened.on((inspection) => this.store.add(followStatus(inspection, () => this.changed.fire()))),
    );
    this.store.add(registry.closed.on(({ id }) => void this.reports.delete(id)));
  }

  async getChildren(node?: FindingNode): Promise<FindingNode[]> {
    const inspection = this.registry.active;
    if (!inspection || node?.kind === 'finding') return [];
    if (node) return node.findings.map((finding) => ({ kind: 'finding', finding, inspection }));
    if (inspection.status.kind !== 'complete') return [];
    const report = await this.report(inspection);
    const kinds = [...new Set(report.findings.map(({ kind }) => kind))];
    return kinds.map((of) => ({
      kind: 'group',
      of,
      findings: report.findings.filter((finding) => finding.kind === of),
    }));
  }

  getTreeItem(node: FindingNode): vscode.TreeItem {
    return node.kind === 'group' ? groupItem(node) : findingItem(node);
  }

  dispose(): void {
    this.store.dispose();
    this.changed.dispose();
  }

  private async report(inspection: Inspection): Promise<FindingsReport> {
    const { id } = inspection;
    const known = this.reports.get(id);
    if (known) return known;
    const answer = await inspection.ask('findings', {});
    const none: FindingsReport = { findings: [], saturation: [], correlations: [], absentFeatures: [], thresholds: [] };
    if (!answer.ok) this.log.warn(`The findings could not be had: ${answer.error.message}`);
    const report = answer.ok ? (answer.value as FindingsReport) : none;
    if (answer.ok) this.reports.set(id, report);
    return report;
  }
}

/** Calls back when the kind of status changes, not with every bit of progress. */
function followStatus(inspection: Inspection, tell: () => void): Disposable {
  let last = inspection.status.kind;
  return inspection.changed.on(() => {
    if (inspection.status.kind === last) return;
    last = inspection.status.kind;
    tell();
  });
}

function groupItem({ of, findings }: Extract<FindingNode, { kind: 'group' }>): vscode.TreeItem {
  const isShort = findings.length <= 5;
  return treeItem({ label: nameOf(of), description: String(findings.length), isOpen: isShort });
}

function findingItem({ finding, inspection }: Extract<FindingNode, { kind: 'finding' }>): vscode.TreeItem {
  return treeItem({
    label: finding.title,
    tooltip: finding.evidence,
    icon: icons[finding.severity],
    command: {
      command: 'lstmInspector.showFinding',
      title: vscode.l10n.t('Show in the View'),
      arguments: [{ inspection: inspection.id, finding }],
    },
  });
}

function nameOf(kind: FindingKind): string {
  const names: Readonly<Record<FindingKind, string>> = {
    'not-finite': vscode.l10n.t('NaN or infinity'),
    vanishing: vscode.l10n.t('Reach of the gradient'),
    exploding: vscode.l10n.t('Exploding gradient'),
    dead: vscode.l10n.t('Dead units'),
    saturated: vscode.l10n.t('Saturated gates'),
    latched: vscode.l10n.t('Latched cells'),
    leaky: vscode.l10n.t('Leaky cells'),
    follows: vscode.l10n.t('Units that go along with the text'),
  };
  return names[kind];
}
