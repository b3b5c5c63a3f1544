import { cellDescriptions } from '../trace/reading/cellKind';
import { nameOfActivation } from '../engine/questions/cellOverview';
import { type RecurrentModel, type RecurrentStage, type Stage, type StepWindow } from '../network/recurrentModel';
import { type StageChainOverview, type StageOverview } from '../trace/reading/modelOverview';
import { cellsOf, countParameters } from '../network/stageShape';

/** The model's layers in order of computation, then those of each part that is only offered on its own. */
export function describeChains(model: RecurrentModel): readonly StageChainOverview[] {
  return [model, ...(model.parts ?? [])].map(({ stages }) => ({ stages: stages.map(describeStage) }));
}

const kinds: Readonly<Record<Stage['kind'], string>> = {
  recurrent: 'Recurrent',
  embedding: 'Embedding',
  oneHot: 'One-hot',
  masking: 'Masking',
  dense: 'Dense',
  convolution: 'Convolution',
  windowPool: 'Pooling',
  scaleShift: 'Scale and shift',
  layerNorm: 'Layer normalisation',
  activation: 'Activation',
  logSoftmax: 'Activation',
  pool: 'Pooling',
  repeat: 'Repeat',
  identity: 'No effect when read',
  unsupported: 'Not understood',
};

function describeStage(stage: Stage): StageOverview {
  return {
    name: stage.name,
    kind: kinds[stage.kind],
    detail: detailOf(stage),
    parameters: countParameters(stage),
    isRefused: stage.kind === 'unsupported',
  };
}

function detailOf(stage: Stage): string {
  switch (stage.kind) {
    case 'recurrent':
      return detailOfRecurrent(stage);
    case 'embedding':
      return `${stage.vocabularySize} ids -> ${stage.width}${stage.maskZero === true ? ', id 0 is padding' : ''}`;
    case 'oneHot':
      return `ids -> ${stage.width}`;
    case 'masking':
      return `steps of ${stage.value} are skipped`;
    case 'dense':
      return `${stage.inputWidth} -> ${stage.outputWidth}, ${nameOfActivation(stage.activation)}`;
    case 'convolution':
      return `${stage.inputWidth} -> ${stage.outputWidth}, ${describeWindow(stage.window)}, ${nameOfActivation(stage.activation)}`;
    case 'windowPool':
      return `${stage.how} of ${describeWindow(stage.window)}`;
    case 'scaleShift':
      return `${stage.scale.length} -> ${stage.scale.length}`;
    case 'layerNorm':
      return `${stage.gamma.length} -> ${stage.gamma.length}`;
    case 'activation':
      return nameOfActivation(stage.activation);
    case 'logSoftmax':
      return 'log of softmax';
    case 'pool':
      return stage.how;
    case 'repeat':
      return `${stage.count} times`;
    case 'identity':
      return stage.what;
    case 'unsupported':
      return stage.why;
  }
}

function describeWindow({ size, stride, dilation }: StepWindow): string {
  return `${size} steps${dilation > 1 ? ` ${dilation} apart` : ''}${stride > 1 ? `, at every ${stride} steps` : ''}`;
}

function detailOfRecurrent(stage: RecurrentStage): string {
  const cells = cellsOf(stage);
  const [first] = cells;
  if (first === undefined) return '';
  const [, { cell, inputWidth, units }] = first;
  const reads = cells.length === 2 ? `both directions, ${stage.merge ?? 'kept apart'}` : first[0];
  const gives = stage.returnSequences ? 'every step' : 'the last step';
  return `${cellDescriptions[cell].name} ${inputWidth} -> ${units}, ${reads}, gives ${gives}${stage.stateful === true ? ', stateful' : ''}`;
}
