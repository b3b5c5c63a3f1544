import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type WorkerLink } from '../../../src/link/workerLink';
import { LabRun } from '../../../src/session/labRun';
import { type TrainingEvent } from '../../../src/trace/lab/trainingEvents';

/**
 * Writes a lab file into a folder and makes its training as the extension does; `asked` hears of what the page asks.
 */
export function createTrainingRun(
  link: WorkerLink,
  folder: string,
  lab: { readonly name: string },
  asked: (kind: string) => void = () => undefined,
): LabRun<TrainingEvent> {
  const source = `${lab.name}.lstm-lab.json`;
  const order = { settingsPath: path.join(folder, source), outFolder: path.join(folder, lab.name) };
  writeFileSync(order.settingsPath, JSON.stringify(lab));
  return new LabRun<TrainingEvent>({
    source,
    order,
    strings: {},
    work: {
      run: (listeners) => link.request('train', { training: 1, ...order }, listeners),
      control: (action) => void link.request('controlTraining', { training: 1, action }),
      ask: (kind, params) => {
        asked(kind);
        if (kind === 'describeLab') return link.request('describeLab', order);
        const { epoch, text, layer } = params as { epoch: string; text: string; layer: number };
        return link.request('watchEpoch', {
          model: { kind: 'file', path: path.join(order.outFolder, epoch, 'model.json') },
          text,
          layer,
        });
      },
    },
  });
}
