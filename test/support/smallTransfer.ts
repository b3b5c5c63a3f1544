import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openNodeFolder } from '../../src/lab/training/nodeFolder';
import { runTraining } from '../../src/lab/training/runTraining';
import { transferLab } from '../../src/lab/transfer/transferLab';
import { openModelFiles } from '../../src/models/fileAccess';
import { readOwnModel } from '../../src/models/ownModel';
import { type RecurrentModel } from '../../src/network/recurrentModel';
import { withVocabulary } from '../../src/models/withVocabulary';
import { type TransferEvent } from '../../src/trace/lab/transferEvents';

export const smallHyperparameters = {
  units: 6,
  embedding_dim: 5,
  batch_size: 8,
  epochs: 15,
  learning_rate: 0.03,
  clip_norm: 1,
};
/** A classifier of words, small enough for a test. */
export const smallClassifier = {
  task: 'classify',
  tokens: { level: 'word', vocabularySize: 300 },
  model: { cell: 'lstm' },
  hyperparameters: smallHyperparameters,
};
/** How the small source is transferred: two sizes, two seeds, from scratch at two rates beside it. */
export const smallTransfer = {
  source: 'source/model.json',
  fineTune: { epochs: 4, learning_rate: 0.01 },
  labels: [20, 40],
  baseline: { learning_rates: [0.01, 0.03], epochs: 5 },
  seeds: 2,
};

/** A folder with two made-up domains, films and phones, and a model trained on films in `source/`. */
export class SmallDomains {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'transfer-'));

  static async create(): Promise<SmallDomains> {
    const made = new SmallDomains();
    made.writeDomain('films', { good: ['fine', 'lovely', 'great'], bad: ['awful', 'poor', 'dull'] }, [
      'film',
      'plot',
      'actor',
    ]);
    made.writeDomain('phones', { good: ['fine', 'lovely', 'crisp'], bad: ['awful', 'poor', 'broken'] }, [
      'phone',
      'screen',
      'sound',
    ]);
    await made.train(made.writeLab('films', { ...smallClassifier, data: made.dataOf('films') }), 'source');
    return made;
  }

  place(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  writeText(name: string, text: string): void {
    writeFileSync(this.place(name), text);
  }

  writeLab(name: string, contents: object): string {
    this.writeText(`${name}.lstm-lab.json`, JSON.stringify({ name, ...contents }));
    return this.place(`${name}.lstm-lab.json`);
  }

  dataOf(name: string): object {
    return { format: 'table', files: [{ path: `${name}.csv` }], split: { by: 'line-modulo' } };
  }

  async train(settingsPath: string, out: string): Promise<void> {
    await runTraining(
      { settingsPath, folder: openNodeFolder(this.place(out)) },
      { ...this.host(), tell: () => undefined },
    );
  }

  /** `signal` ends it; `heard` is told of each event. */
  async transfer(
    settingsPath: string,
    out: string,
    {
      signal = new AbortController().signal,
      heard = () => undefined,
    }: { readonly signal?: AbortSignal; heard?(event: TransferEvent): void } = {},
  ): Promise<readonly TransferEvent[]> {
    const events: TransferEvent[] = [];
    const tell = (event: TransferEvent): void => {
      events.push(event);
      heard(event);
    };
    await transferLab(
      { settingsPath, folder: openNodeFolder(this.place(out)), open: openFile },
      { ...this.host(), signal, tell },
    );
    return events;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }

  private host() {
    return { signal: new AbortController().signal, now: () => 0, breathe: () => Promise.resolve() };
  }

  /** Sentences of one domain: `words` say what is good and bad, the rest says nothing. */
  private writeDomain(
    name: string,
    words: Readonly<Record<'good' | 'bad', readonly string[]>>,
    topics: readonly string[],
  ): void {
    const rows = Array.from({ length: 160 }, (_, at) => {
      const label = (at + Math.floor(at / 10)) % 2 === 0 ? 'good' : 'bad';
      const pick = (list: readonly string[], step: number) => list[Math.floor(at / step) % list.length] ?? '';
      return `${label},the ${pick(topics, 3)} was ${pick(words[label], 2)} and number ${at}`;
    });
    this.writeText(`${name}.csv`, `label,text\n${rows.join('\n')}\n`);
  }
}

/** Opens a model file with what lies beside it, as the worker does. */
export async function openFile(source: string, home: string): Promise<RecurrentModel> {
  const files = openModelFiles(path.resolve(home, source));
  try {
    return withVocabulary(await readOwnModel(files));
  } finally {
    files.close();
  }
}
