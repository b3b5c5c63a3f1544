import assert from 'node:assert/strict';
import { waitUntilSettled } from '../../../src/session/settledFile';

/** A file whose stamps and readability follow a script, the last entry for ever; counts how often it is tried. */
function scripted(stamps: readonly (string | null)[], readable: readonly boolean[] = [true]) {
  const told = { waitedMs: 0, tried: 0, looked: 0 };
  const abort = new AbortController();
  return {
    told,
    abort,
    file: {
      signal: abort.signal,
      stamp: () => Promise.resolve(stamps[Math.min(told.looked++, stamps.length - 1)] ?? null),
      isReadable: () => Promise.resolve(readable[Math.min(told.tried++, readable.length - 1)] ?? false),
      wait: (durationMs: number) => {
        told.waitedMs += durationMs;
        return Promise.resolve();
      },
    },
  };
}

describe('waiting for a file that is being written', () => {
  it('ends when it stays as it is and can be read', async () => {
    const { file, told } = scripted(['a']);
    assert.equal(await waitUntilSettled(file), 'a');
    assert.equal(told.tried, 1);
  });

  it('does not try a file that still grows', async () => {
    const { file, told } = scripted(['1', '2', '3', '4', '4']);
    assert.equal(await waitUntilSettled(file), '4');
    assert.equal(told.tried, 1, 'only the whole file is opened');
  });

  it('tries again what is half written and quiet, and gives up after a while', async () => {
    const half = scripted(['a'], [false, false, true]);
    assert.equal(await waitUntilSettled(half.file), 'a');
    const never = scripted(['a'], [false]);
    assert.equal(await waitUntilSettled(never.file), null);
    assert.ok(
      never.told.waitedMs > 20_000 && never.told.tried <= 12,
      `${never.told.waitedMs} ms, ${never.told.tried} tries`,
    );
  });

  it('waits for a file that is replaced: gone, then there again', async () => {
    const { file } = scripted(['a', null, 'b', 'b', 'b']);
    assert.equal(await waitUntilSettled(file), 'b');
  });

  it('begins anew where the file changes while it is opened', async () => {
    const { file, told } = scripted(['a', 'a', 'b', 'b', 'b', 'b']);
    assert.equal(await waitUntilSettled(file), 'b');
    assert.equal(told.tried, 2);
  });

  it('gives up on a file that is gone, and at once when nobody waits any more', async () => {
    assert.equal(await waitUntilSettled(scripted(['a', null]).file), null);
    const { file, abort, told } = scripted(['1', '2', '3']);
    abort.abort();
    assert.equal(await waitUntilSettled(file), null);
    assert.equal(told.tried, 0);
  });
});
