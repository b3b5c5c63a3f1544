import { BlockCache } from '../../src/engine/forward/blockCache';
import { collectTrace } from '../../src/engine/questions/collectTrace';
import { unhurried } from './unhurried';
import { createPlainRunner } from '../../src/engine/forward/plainRunner';
import { prepareModel } from '../../src/engine/forward/preparedModel';
import { Reading } from '../../src/engine/forward/reading';
import { type InputSpec } from '../../src/trace/reading/inputSpec';
import { openModelFiles } from '../../src/models/fileAccess';
import { openModel, type OpenOptions } from '../../src/models/openModel';
import { type RecurrentModel } from '../../src/network/recurrentModel';
import { type TraceFile } from '../../src/trace/files/traceFile';

/** Opens a model file and closes it again. */
export async function openFile(path: string, options: OpenOptions = {}): Promise<RecurrentModel> {
  const files = openModelFiles(path);
  try {
    return await openModel(files, options);
  } finally {
    files.close();
  }
}

/** Everything that a model computes for an input. */
export async function traceModel(model: RecurrentModel, raw: InputSpec, asTrained = false): Promise<TraceFile> {
  const prepared = prepareModel(model, createPlainRunner);
  const reading = new Reading(prepared, raw, new BlockCache(), { asTrained });
  await reading.compute(unhurried);
  const trace = await collectTrace(reading, 'npz', unhurried);
  reading.dispose();
  prepared.dispose();
  return trace;
}

/** [T, D] numbers as input. */
export function valuesInput(rows: readonly (readonly number[])[]): InputSpec {
  return { kind: 'values', data: Float32Array.from(rows.flat()), width: rows[0]?.length ?? 0 };
}
