import { type SearchEvent } from '../src/trace/lab/searchEvents';
import { reporting } from './host/reporting';
import {
  connectDecayToVsCode,
  connectDifferenceToVsCode,
  connectLabToVsCode,
  connectOverviewToVsCode,
} from './host/vscodeHost';
import { createDecayPage } from './views/decay/decayPage';
import { createDifferencePage } from './views/difference/differencePage';
import { createOverviewPage } from './views/overview/overviewPage';
import { createStudyPage } from './views/study/studyPage';
import { createTrainingPage } from './views/training/trainingPage';
import { createTransferPage } from './views/transfer/transferPage';

/** Every page but the inspection's (main.ts), by the name in `data-page`: connects it to its host, and shows it. */
const pages: Readonly<Record<string, (root: HTMLElement) => void>> = {
  study: (root) => createStudyPage(root, reporting(connectLabToVsCode<SearchEvent>())),
  difference: (root) => createDifferencePage(root, reporting(connectDifferenceToVsCode())),
  overview: (root) => createOverviewPage(root, reporting(connectOverviewToVsCode())),
  training: (root) => createTrainingPage(root, reporting(connectLabToVsCode())),
  transfer: (root) => createTransferPage(root, reporting(connectLabToVsCode())),
  decay: (root) => createDecayPage(root, reporting(connectDecayToVsCode())),
};

const root = document.getElementById('root');
if (root !== null) pages[root.dataset['page'] ?? '']?.(root);
