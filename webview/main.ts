import './view.css';
import { type SearchEvent } from '../src/trace/searchEvents';
import { connectToReport } from './host/reportHost';
import { connectDecayToVsCode, connectDifferenceToVsCode, connectLabToVsCode, connectOverviewToVsCode, connectToVsCode } from './host/vscodeHost';
import { createDecayPage } from './views/decay/decayPage';
import { createDifferencePage } from './views/difference/differencePage';
import { createTrainingPage } from './views/training/trainingPage';
import { createInspector } from './views/inspector';
import { createOverviewPage } from './views/overview/overviewPage';
import { createStudyPage } from './views/study/studyPage';
import { createTransferPage } from './views/transfer/transferPage';
import { useReportTheme } from './theme/reportTheme';

/** Each page by the name in `data-page`: connects it to its host, and shows it. A page that fails says so to the host. */
const pages: Readonly<Record<string, (root: HTMLElement) => void>> = {
  inspection: (root) => {
    const report = connectToReport();
    if (report !== null) useReportTheme(document.body);
    createInspector(root, reporting(report ?? connectToVsCode()));
  },
  study: (root) => createStudyPage(root, reporting(connectLabToVsCode<SearchEvent>())),
  difference: (root) => createDifferencePage(root, reporting(connectDifferenceToVsCode())),
  overview: (root) => createOverviewPage(root, reporting(connectOverviewToVsCode())),
  training: (root) => createTrainingPage(root, reporting(connectLabToVsCode())),
  transfer: (root) => createTransferPage(root, reporting(connectLabToVsCode())),
  decay: (root) => createDecayPage(root, reporting(connectDecayToVsCode())),
};

/** The host, which is told what fails, so that a view is never blank unexplained. */
function reporting<H extends { post(message: { readonly type: 'broken'; readonly message: string }): void }>(host: H): H {
  reportFailures((message) => host.post({ type: 'broken', message }));
  return host;
}

function reportFailures(tell: (message: string) => void): void {
  window.addEventListener('error', (event) => tell(event.message));
  window.addEventListener('unhandledrejection', (event) => tell(String(event.reason)));
}

const root = document.getElementById('root');
if (root !== null) (pages[root.dataset['page'] ?? ''] ?? pages['inspection'])?.(root);
