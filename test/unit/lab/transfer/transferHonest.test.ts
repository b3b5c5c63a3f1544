import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TransferEvent, type TransferResult } from '../../../../src/trace/lab/transferEvents';
import { openFile, smallClassifier, SmallDomains } from '../../../support/smallTransfer';
import { useWasmBackend } from '../../../support/tfjsBackend';

function resultsOf(events: readonly TransferEvent[]): readonly TransferResult[] {
  return events.filter((event) => event.type === 'transfer-result');
}

describe('a transfer says and writes what it is', function () {
  this.timeout(120_000);

  let domains: SmallDomains;
  before(async () => {
    await useWasmBackend();
    domains = await SmallDomains.create();
  });
  after(() => domains.dispose());

  const transfer = (name: string, settings: object, more: object = {}): Promise<readonly TransferEvent[]> => {
    const lab = { ...smallClassifier, data: domains.dataOf('phones'), ...more };
    return domains.transfer(
      domains.writeLab(name, { ...lab, transfer: { source: 'source/model.json', ...settings } }),
      name,
    );
  };

  it('judges the source as it is alike, whether the vocabulary is extended or not', async () => {
    const figures: unknown[] = [];
    for (const vocabulary of ['keep', 'extend']) {
      const events = await transfer(`as-is-${vocabulary}`, {
        vocabulary,
        labels: [],
        pseudoLabels: { confidence: 0.6 },
      });
      const source = resultsOf(events).find(({ way }) => way === 'source');
      figures.push([source?.test, source?.validation]);
    }
    assert.deepEqual(figures[0], figures[1]);
  });

  it('writes the new head where fine-tuning made it worse on validation', async () => {
    const events = await transfer('worse', { labels: [40], fineTune: { epochs: 2, learning_rate: 5, gradual: false } });
    const [head, tuned] = resultsOf(events).filter(({ labels }) => labels > 0);
    assert.deepEqual([head?.way, tuned?.way], ['new head', 'fine-tuned']);
    assert.ok((tuned?.validation.loss ?? 0) > (head?.validation.loss ?? Infinity));
    const written = await openFile('model.json', domains.place('worse'));
    const source = await openFile('model.json', domains.place('source'));
    const recurrent = (model: typeof source) => model.stages.find(({ kind }) => kind === 'recurrent');
    const kernel = (model: typeof source): Float32Array | undefined => {
      const stage = recurrent(model);
      return stage?.kind === 'recurrent' ? stage.forward?.recurrentKernel : undefined;
    };
    // Frozen under the new head, so the source's.
    assert.deepEqual(kernel(written), kernel(source));
    assert.ok(readFileSync(domains.place('worse', 'transfer.json'), 'utf8').includes('fine-tuned'));
  });

  it('calls pseudo-labels of a source with other labels no transductive transfer', async () => {
    const settings = { labels: [40], pseudoLabels: { confidence: 0.6 }, sourceLabels: { good: 'unheard of' } };
    const [started] = await transfer('other-labels', settings);
    assert.ok(started?.type === 'transfer-started');
    assert.deepEqual(started.kinds, ['inductive']);
    assert.match(started.remarks.join(' '), /other labels than the target, so "pseudoLabels" does nothing/);
  });

  it('says that no answer was sure enough where nothing was learnt', async () => {
    await assert.rejects(
      transfer('unsure', { labels: [], pseudoLabels: { confidence: 1 } }),
      /as sure as "confidence" asks \(1\)/,
    );
  });
});
