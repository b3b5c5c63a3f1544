import { inputWidthOf } from '../network/stageShape';
import { InspectorError, toFailure } from '../base/errors';
import { isRecurrent } from './assembleModel';
import { type ModelFiles } from './fileAccess';
import { describeForeign } from './foreignFile';
import { detectFileKind } from './modelFormat';
import { readKerasH5 } from './keras/readKerasH5';
import { isKerasZip, readKerasV3 } from './keras/readKerasV3';
import { type OnnxOptions, readOnnx } from './onnx/readOnnx';
import { readSafetensors } from './torch/readSafetensors';
import { isTorchZip, readTorchLegacy, readTorchZip } from './torch/readTorch';
import { readJsonModel } from './tfjs/readJsonModel';
import { withBudget } from './readBudget';
import { type RecurrentModel } from '../network/recurrentModel';
import { type TorchOptions } from './torch/torchOptions';
import { openZip } from './zipFile';

/** How a model file is to be opened. */
export interface OpenOptions extends TorchOptions, OnnxOptions {
  /** Name of a recurrent layer: it and what follows are opened on their own, with numeric input. */
  readonly layer?: string;
  /** The architecture's JSON for a file of weights only, by its path beside the model file. */
  readonly architecture?: string;
}

/**
 * Reads a model file of any format, told by its content. Every failure is an {@link InspectorError} of one line that
 * begins with the file's name.
 */
export async function openModel(files: ModelFiles, options: OpenOptions = {}): Promise<RecurrentModel> {
  try {
    const model = await withBudget(files, () => readByContent(files, options));
    return options.layer === undefined ? model : pickLayer(model, options.layer);
  } catch (thrown) {
    throw withFileName(thrown, files.name);
  }
}

function readByContent(files: ModelFiles, options: OpenOptions): RecurrentModel | Promise<RecurrentModel> {
  const kind = detectFileKind(files.main);
  const foreign = describeForeign(files, kind);
  if (foreign !== null) throw new InspectorError('model-unsupported', foreign);
  if (kind === 'json') return readJsonModel(files);
  if (kind === 'hdf5') return readKerasH5(files, options);
  if (kind === 'zip') return readZip(files, options);
  if (kind === 'safetensors') return readSafetensors(files, options);
  if (kind === 'pickle') return readTorchLegacy(files, options);
  if (kind === 'protobuf') return readOnnx(files, options);
  throw new InspectorError('model-unsupported', `its content is none of the formats that we read (${kind}).`);
}

function readZip(files: ModelFiles, options: OpenOptions): RecurrentModel | Promise<RecurrentModel> {
  const zip = openZip(files.main);
  if (isTorchZip(zip)) return readTorchZip(zip, files.name, options);
  if (isKerasZip(zip)) return readKerasV3(zip, files.name);
  if (
    zip.names.some((name) => /(^|\/)(archive_format|models\/model\.json|serialized_exported_program\.json)$/.test(name))
  ) {
    throw new InspectorError(
      'model-unsupported',
      'it is a program that torch.export wrote. Save the weights: torch.save(model.state_dict(), path), or export to ONNX.',
    );
  }
  throw new InspectorError(
    'model-unsupported',
    `it is a zip, but no model that we know. It holds ${zip.names.slice(0, 4).join(', ')}.`,
  );
}

/** The model from a recurrent layer on, wherever in the file it stands. */
export function pickLayer(model: RecurrentModel, name: string): RecurrentModel {
  const all = [model, ...(model.parts ?? [])];
  for (const part of all) {
    const index = part.stages.findIndex((stage) => isRecurrent(stage) && stage.name === name);
    const stage = part.stages[index];
    if (stage === undefined || !isRecurrent(stage)) continue;
    const width = inputWidthOf(stage);
    const { input, stages } = part;
    if (stages.slice(0, index).every(({ kind }) => kind === 'identity') && input.kind === 'values')
      return { ...part, parts: [] };
    return { ...part, input: { kind: 'values', width }, stages: stages.slice(index), parts: [] };
  }
  const names = all.flatMap(({ stages }) => stages.filter(isRecurrent).map((stage) => stage.name));
  throw new InspectorError('out-of-range', `there is no recurrent layer "${name}"; choose ${names.join(', ')}.`);
}

/** One line that begins with the file's name; what we did not foresee is a damaged file. */
function withFileName(thrown: unknown, name: string): InspectorError {
  const failure = toFailure(thrown);
  const message = failure.message.replace(/\s+/g, ' ').slice(0, 600);
  if (thrown instanceof InspectorError) {
    return new InspectorError(failure.code, message.startsWith(name) ? message : `${name}: ${message}`, {
      cause: thrown,
    });
  }
  return new InspectorError(
    'model-damaged',
    `${name}: the file is damaged or of a kind that we do not know (${message}).`,
    { cause: thrown },
  );
}
