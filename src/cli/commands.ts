import { type Command } from './command';
import { causesCommand } from './commands/causes';
import { decayCommand } from './commands/decay';
import { exportCommand } from './commands/export';
import { faithfulnessCommand } from './commands/faithfulness';
import { findCommand } from './commands/find';
import { gradientsCommand } from './commands/gradients';
import { modelsCommand } from './commands/models';
import { patchCommand } from './commands/patch';
import { recallCommand } from './commands/recall';
import { reportCommand } from './commands/report';
import { searchCommand } from './commands/search';
import { studyCommand } from './commands/study';
import { traceCommand } from './commands/trace';
import { trainCommand } from './commands/train';
import { transferCommand } from './commands/transfer';
import { whatifCommand } from './commands/whatif';
import { writeCommand } from './commands/write';
import { whyCommand } from './commands/why';

/** Every command, in the order of the help text. A room that adds one adds its file to `commands/` and its row here. */
export const commands: readonly Command[] = [
  modelsCommand,
  traceCommand,
  gradientsCommand,
  whatifCommand,
  causesCommand,
  patchCommand,
  recallCommand,
  whyCommand,
  faithfulnessCommand,
  decayCommand,
  reportCommand,
  writeCommand,
  findCommand,
  trainCommand,
  searchCommand,
  studyCommand,
  transferCommand,
  exportCommand,
];
