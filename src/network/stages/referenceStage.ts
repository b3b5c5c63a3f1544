import { type RecurrentStage, type Stage } from '../recurrentModel';
import { backUnchanged, type ReferenceNode } from '../referenceNode';
import { createConvolutionReference } from './convolution';
import { createMaskingReference } from './masking';
import { createPoolReference } from './pool';
import { createRepeatReference } from './repeat';
import { createRowReference, isRowStage } from './rowStages';
import { createTokenReference } from './tokens';
import { createWindowPoolReference } from './windowPool';

/** What a stage other than a recurrent one makes of a sequence, in float64; `ids` are those of the text. */
export function createReference(
  stage: Exclude<Stage, RecurrentStage>,
  input: ReferenceNode,
  ids?: Int32Array,
): ReferenceNode {
  if (isRowStage(stage)) return createRowReference(input, stage);
  switch (stage.kind) {
    case 'embedding':
    case 'oneHot':
      if (ids === undefined) throw new Error(`Layer ${stage.name} reads token ids, got values.`);
      return createTokenReference(ids, stage);
    case 'masking':
      return createMaskingReference(input, stage);
    case 'repeat':
      return createRepeatReference(input, stage);
    case 'pool':
      return createPoolReference(input, stage);
    case 'convolution':
      return createConvolutionReference(input, stage);
    case 'windowPool':
      return createWindowPoolReference(input, stage);
    case 'identity':
    case 'unsupported':
      return { ...input, back: backUnchanged };
  }
}
