/** Where a search keeps its trials' models: JOURNAL.trials beside the journal. */
export function trialsFolderOf(journalPath: string): string {
  return journalPath.replace(/\.log$/, '') + '.trials';
}
