import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { decodeReportData } from '../../../src/protocol/reportData';
import { type ReadingStarted } from '../../../src/protocol/summaries';
import { composeReport } from '../../../src/report/composeReport';
import { type AskWorker, estimateReportBytes, gatherReport } from '../../../src/report/gatherReport';

function startedOf(steps: number): ReadingStarted {
  const shape = {
    layer: 0,
    direction: 'forward',
    cell: 'lstm',
    name: 'l',
    units: 128,
    outputWidth: 128,
    inputWidth: 98,
  } as const;
  return {
    inspection: 1,
    steps,
    tokens: [],
    model: {
      name: 'm',
      format: 'tfjs',
      task: 'next-token',
      outputKind: 'probabilities',
      input: 'characters',
      layers: [shape],
      parameters: 0,
      description: '',
      notes: [],
    },
  };
}

const summary = { steps: 700, path: 'plain', computeMs: 1, notes: [] } as const;

describe('gathering a report', () => {
  it('asks for the whole trace in frames and keeps the answers there are', async () => {
    const asked: { kind: string; params: unknown }[] = [];
    const ask = ((kind: string, params: unknown) => {
      asked.push({ kind, params });
      if (kind === 'range') return Promise.resolve({ ok: true, value: new ArrayBuffer(8) });
      if (kind === 'predictions')
        return Promise.resolve({ ok: false, error: { code: 'model-unsupported', message: 'No head.' } });
      return Promise.resolve({ ok: true, value: kind });
    }) as AskWorker;
    const data = await gatherReport(ask, { started: startedOf(700), summary, source: 's', text: 't' });
    assert.deepEqual(
      asked.filter(({ kind }) => kind === 'range').map(({ params }) => (params as { from: number; to: number }).to),
      [512, 700],
    );
    assert.equal(data.frames.length, 2);
    assert.ok(!data.answers.some(({ kind }) => kind === 'predictions'));
    assert.ok(data.answers.some(({ kind }) => kind === 'gradients'));
  });

  it('keeps what the person chose: pins, the formula of the unit, the edits in force with what they changed', async () => {
    const asked: string[] = [];
    const ask = ((kind: string) => {
      asked.push(kind);
      return Promise.resolve({ ok: true, value: kind === 'range' ? new ArrayBuffer(8) : kind });
    }) as AskWorker;
    const chosen = { layer: 0, direction: 'forward', cursor: 2, pins: [4, 1], unit: 3, zoom: null } as const;
    const state = { ...chosen, order: 'cluster', ribbon: 'auto', edits: [{ text: 'i=0' }] } as const;
    const subject = { started: startedOf(10), summary, source: 's', text: 't' };
    const { hydrate, answers } = await gatherReport(ask, { ...subject, state });
    assert.deepEqual(hydrate.state, state);
    assert.equal(hydrate.isEdited, true);
    assert.deepEqual(answers.find(({ kind }) => kind === 'formula')?.params, {
      ...{ layer: 0, direction: 'forward', unit: 3, step: 1 },
    });
    assert.ok(asked.includes('editEffect'));
    const off = await gatherReport(ask, { ...subject, state: { ...state, edits: [{ text: 'i=0', isOff: true }] } });
    assert.equal(off.hydrate.isEdited, undefined);
  });

  it('refuses a text that is too long before asking for anything, and says how much fits', async () => {
    const ask = (() => assert.fail('asked')) as AskWorker;
    await assert.rejects(
      gatherReport(ask, { started: startedOf(100_000), summary, source: 's', text: '' }),
      (error: unknown) => {
        assert.ok(error instanceof InspectorError);
        assert.equal(error.code, 'input-too-long');
        const fits = Number(/at most (\d+) tokens/.exec(error.message)?.[1]);
        assert.ok(estimateReportBytes(startedOf(fits)) <= 48 * 1024 * 1024 && fits > 5000, error.message);
        return true;
      },
    );
  });

  it('passes on a worker that died', async () => {
    const ask = (() =>
      Promise.resolve({ ok: false, error: { code: 'worker-died', message: 'It died.' } })) as unknown as AskWorker;
    await assert.rejects(gatherReport(ask, { started: startedOf(10), summary, source: 's', text: '' }), /It died/);
  });
});

describe('composing a report', () => {
  it('puts script, style and data into one page that may load nothing', async () => {
    const ask = ((kind: string) =>
      Promise.resolve(
        kind === 'range'
          ? { ok: true, value: new ArrayBuffer(8) }
          : { ok: false, error: { code: 'internal', message: '' } },
      )) as AskWorker;
    const data = await gatherReport(ask, { started: startedOf(3), summary, source: '<b>"x"</b>', text: '</script>' });
    const page = composeReport({ data, script: 'const a = "</script>";', style: 'body{}', nonce: 'abc' });
    assert.match(page, /default-src 'none'; script-src 'nonce-abc'/);
    assert.equal(page.match(/<\/script>/g)?.length, 2);
    assert.match(page, /<title>&lt;b&gt;&quot;x&quot;&lt;\/b&gt;: m<\/title>/);
    assert.ok(!/https?:\/\/(?!www\.w3\.org)/.test(page), 'the page names an address');
    const encoded = /id="report-data">([^<]*)<\/script>/.exec(page)?.[1] ?? '';
    assert.deepEqual(decodeReportData(encoded), data);
  });
});
