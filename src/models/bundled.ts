import { InspectorError } from '../base/errors';

/**
 * The bundled models, in the order in which a picker shows them. Each is a folder of `media/models`: `model.json` with
 * its weights, `inspector.json`, the model card and the recipe that reproduces it.
 */
export const bundledNames = ['prose-lstm', 'prose-gru', 'prose-rnn', 'code-lstm', 'sentiment-lstm'] as const;

export type BundledName = (typeof bundledNames)[number];

/** Whether a name given by the user is that of a bundled model. */
export function isBundledName(name: string): name is BundledName {
  return bundledNames.some((known) => known === name);
}

/** The path of a bundled model's `model.json` under the folder that holds them all; refuses other names. */
export function bundledModelPath(modelsFolder: string, name: string): string {
  if (!isBundledName(name)) {
    throw new InspectorError(
      'model-missing',
      `There is no bundled model "${name}"; choose ${bundledNames.join(', ')} or give a file.`,
    );
  }
  return `${modelsFolder}/${name}/model.json`;
}
