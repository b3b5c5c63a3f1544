import { type WorkerLink } from '../../../src/link/workerLink';

/** Number of the inspection that is read for its time alone; none of the extension's has it. */
const inspection = 1_000_000;

/** Milliseconds from asking an engine to read a text with prose-lstm, all fields kept, until its answer. */
export async function timeReading(link: WorkerLink, text: string): Promise<number> {
  const begin = performance.now();
  const answer = await link.request('read', {
    inspection,
    model: { kind: 'bundled', name: 'prose-lstm' },
    input: { kind: 'text', text },
    stream: false,
  });
  const took = performance.now() - begin;
  if (!answer.ok) throw new Error(answer.error.message);
  await link.request('release', { inspection });
  return took;
}
