import { InspectorError } from '../../base/errors';
import { describeCell, mapWeights } from '../../engine/questions/cellOverview';
import { cellsOf } from '../../network/stageShape';
import { shapeOf } from '../../engine/forward/reading';
import { fileGateOrder } from '../../models/fileGateOrder';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type CellOverview } from '../../trace/reading/modelOverview';
import { describeChains } from '../describeStages';
import { summarizeModel } from '../summarizeModel';
import { type Handler } from '../workerContext';

/** The most rows and columns of a picture of weights. */
const mostCells = 512;

/** What a model's weights say without reading a text. */
export const overview: Handler<'overview'> = async ({ models }, { model: reference }, { signal, pace, progress }) => {
  const lease = await models.lease(reference, signal);
  try {
    const { model } = lease.prepared;
    const all = cellsOfModel(model);
    const cells: CellOverview[] = [];
    for (const { shape, weights } of all) {
      progress(cells.length, all.length, shape.name);
      cells.push(await describeCell(shape, weights, { fileOrder: fileGateOrder(model.format, weights.cell), pace }));
    }
    return {
      summary: summarizeModel(model),
      chains: describeChains(model),
      cells,
      ...(model.window === undefined ? {} : { window: model.window }),
      ...(model.figures === undefined ? {} : { figures: model.figures }),
    };
  } finally {
    lease.dispose();
  }
};

/** Pictures of the weights of one layer and direction of the model, parts included, numbered as in the overview. */
export const weightMaps: Handler<'weightMaps'> = async ({ models }, { model: reference, index, most }, { signal }) => {
  const lease = await models.lease(reference, signal);
  try {
    const cell = cellsOfModel(lease.prepared.model)[index];
    if (cell === undefined) throw new InspectorError('out-of-range', `There is no recurrent layer number ${index}.`);
    if (!(most >= 1 && most <= mostCells))
      throw new InspectorError(
        'out-of-range',
        `A picture of weights has 1 to ${mostCells} rows and columns, not ${most}.`,
      );
    return mapWeights(cell.weights, most);
  } finally {
    lease.dispose();
  }
};

/** Every recurrent layer and direction in order: the model's, then those of its parts. */
function cellsOfModel(
  model: RecurrentModel,
): readonly { readonly shape: ReturnType<typeof shapeOf>; readonly weights: ReturnType<typeof cellsOf>[number][1] }[] {
  const stages = [model, ...(model.parts ?? [])]
    .flatMap((part) => part.stages)
    .filter((stage) => stage.kind === 'recurrent');
  return stages.flatMap((stage, layer) =>
    cellsOf(stage).map(([direction, weights]) => ({ shape: shapeOf(stage, layer, { direction, weights }), weights })),
  );
}
