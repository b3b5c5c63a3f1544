import { decay } from './handlers/decay';
import { difference } from './handlers/difference';
import { exportH5 } from './handlers/exportH5';
import { exportTrace } from './handlers/exportTrace';
import { findings } from './handlers/findings';
import { connectivity, gradients, lossMatrix } from './handlers/gradients';
import { range, release } from './handlers/inspections';
import { models, openModel } from './handlers/models';
import { formula, inputColumns, predictions, step, unitOrder } from './handlers/questions';
import { modelQuestions } from './handlers/modelQuestions';
import { outsidePaths } from './handlers/outsidePaths';
import { overview, weightMaps } from './handlers/overview';
import { read } from './handlers/read';
import { cancelTrial, search } from './handlers/search';
import { importance, study, surrogate } from './handlers/study';
import { controlTraining, describeLab, train } from './handlers/train';
import { transfer } from './handlers/transfer';
import { trial } from './handlers/trial';
import { watchEpoch } from './handlers/watchEpoch';
import { causes, patch, recall } from './handlers/causes';
import { editEffect } from './handlers/editEffect';
import { find } from './handlers/find';
import { write } from './handlers/write';
import { suggestLab } from './handlers/suggestLab';
import { explainReading, faithfulness, why } from './handlers/why';
import { type HandlerTable } from './workerContext';

/**
 * Who answers which request. A room that adds a capability adds its handlers' file to `handlers/` and its rows here.
 */
export const handlers: HandlerTable = {
  models,
  openModel,
  modelQuestions,
  overview,
  weightMaps,
  read,
  release,
  range,
  step,
  formula,
  predictions,
  inputColumns,
  unitOrder,
  exportTrace,
  gradients,
  lossMatrix,
  connectivity,
  decay,
  difference,
  findings,
  train,
  search,
  cancelTrial,
  study,
  surrogate,
  importance,
  trial,
  transfer,
  controlTraining,
  describeLab,
  outsidePaths,
  exportH5,
  suggestLab,
  watchEpoch,
  causes,
  recall,
  patch,
  editEffect,
  find,
  write,
  why,
  explain: explainReading,
  faithfulness,
};
