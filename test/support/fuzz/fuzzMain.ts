import { toFailure } from '../../../src/base/errors';
import { prepareTraining } from '../../../src/lab/training/prepareTraining';
import { openReference } from '../../../src/worker/openReference';
import { ReaderPool } from '../../../src/worker/readerPool';
import { type FuzzAnswer, type FuzzOrder } from './fuzzMessages';

/**
 * Entry of the process that opens strange files as the engine's process does: with the reader's threads, limits and
 * doors.
 */
const reader = new ReaderPool();
let base = 0;

async function open({ file, isLab, text }: FuzzOrder): Promise<void> {
  if (isLab) {
    await prepareTraining({ settingsPath: file });
    return;
  }
  const { input } = await openReference({ kind: 'file', path: file }, { modelsFolder: '', reader });
  if (text !== undefined && input.kind === 'tokens') input.tokenizer?.tokenize(text);
}

async function answer(order: FuzzOrder): Promise<FuzzAnswer> {
  const failure = await open(order).then(
    () => ({ code: 'opened', message: '' }),
    (thrown: unknown) => toFailure(thrown),
  );
  const peak = process.resourceUsage().maxRSS / 1024;
  // The first order is a healthy file: what the reader takes by itself is no variant's fault.
  if (base === 0) base = peak;
  return { code: failure.code, message: failure.message, peakMegabytes: peak - base };
}

process.on('message', (order: FuzzOrder) => void answer(order).then((reply) => process.send?.(reply)));
process.on('disconnect', () => process.exit());
