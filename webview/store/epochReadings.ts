import { type Result } from '../../src/base/result';
import { type EpochReading } from '../../src/trace/lab/epochReading';

/** Asks for what the model of an epoch (named by its folder) does with a sentence, at a layer. */
export type AskEpoch = (
  folder: string,
  text: string,
  layer: number,
  signal: AbortSignal,
) => Promise<Result<EpochReading>>;

/**
 * The readings of one sentence and layer by the folder of their epoch: fetched one after the other, the wanted one
 * first.
 */
export class EpochReadings {
  readonly byFolder = new Map<string, EpochReading>();
  /** The last refusal, e.g. an unknown word; null where there is none. */
  problem: string | null = null;
  private key = '';
  private asking = new AbortController();

  constructor(
    private readonly ask: AskEpoch,
    private readonly onArrival: () => void,
  ) {}

  /** Fetches what is missing; another sentence or layer forgets what was there. */
  want(
    folders: readonly string[],
    wanted: string,
    { text, layer }: { readonly text: string; readonly layer: number },
  ): void {
    const key = JSON.stringify([text, layer]);
    if (key !== this.key) this.byFolder.clear();
    this.key = key;
    this.asking.abort();
    this.asking = new AbortController();
    void this.fetch([wanted, ...folders.filter((folder) => folder !== wanted)], { text, layer }, this.asking.signal);
  }

  private async fetch(
    folders: readonly string[],
    { text, layer }: { readonly text: string; readonly layer: number },
    signal: AbortSignal,
  ): Promise<void> {
    for (const folder of folders) {
      if (this.byFolder.has(folder)) continue;
      const answer = await this.ask(folder, text, layer, signal);
      if (signal.aborted) return;
      this.problem = answer.ok ? null : answer.error.message;
      if (answer.ok) this.byFolder.set(folder, answer.value);
      this.onArrival();
      if (!answer.ok) return;
    }
  }
}
