/**
 * The mean over classes of F1 = 2 tp / (2 tp + fp + fn), from a confusion matrix (row: label, column: answer). A class
 * that neither occurs nor is answered does not count; with no class left the result is NaN.
 */
export function macroF1(confusion: readonly (readonly number[])[]): number {
  const scores = confusion.flatMap((row, label) => {
    const right = row[label] ?? 0;
    const labelled = row.reduce((sum, count) => sum + count, 0);
    const answered = confusion.reduce((sum, other) => sum + (other[label] ?? 0), 0);
    return labelled + answered === 0 ? [] : [(2 * right) / (labelled + answered)];
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
