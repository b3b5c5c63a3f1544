import { InspectorError } from '../../base/errors';
import { type ModelFiles } from '../fileAccess';
import { isTfjsJson, readTfjs } from './readTfjs';
import { type RecurrentModel } from '../../network/recurrentModel';
import { checkDepth, parseJson } from '../untrustedJson';

const maximumJsonBytes = 64 * 2 ** 20;

/**
 * Reads a model whose main file is JSON: a TensorFlow.js layers-model. It needs no library, so the engine's worker may
 * open one itself.
 */
export function readJsonModel(files: ModelFiles): RecurrentModel {
  if (files.main.size > maximumJsonBytes)
    throw new InspectorError('model-unsupported', 'it is JSON of more than 64 MB, which no model needs.');
  const root = parseJson(files.main.read(0, files.main.size), 'it');
  checkDepth(root);
  if (isTfjsJson(root)) return readTfjs(root, files);
  throw new InspectorError(
    'model-unsupported',
    'it is JSON, but no TensorFlow.js model (there is no modelTopology in it).',
  );
}
