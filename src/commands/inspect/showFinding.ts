import { type Inspection } from '../../session/inspection';
import { type CommandContext } from '../commandContext';

type Finding = Parameters<Inspection['show']>[0];

/** Shows a finding in the view of its inspection: layer, unit, step and range; called by the findings' tree. */
export function showFinding({ registry, panels }: CommandContext, given: unknown): void {
  const { inspection: id, finding } = given as { readonly inspection: number; readonly finding: Finding };
  const inspection = registry.byId(id);
  if (!inspection) return;
  panels.reveal(inspection);
  inspection.show(finding);
}
