import './view.css';
import { type Host } from './host/host';
import { connectToReport } from './host/reportHost';
import { connectDecayToVsCode, connectToVsCode } from './host/vscodeHost';
import { createDecayPage } from './views/decay/decayPage';
import { createInspector } from './views/inspector';
import { useReportTheme } from './theme/reportTheme';

/** Starts the page in the element that holds it; what fails is said to the host, so that the view is never blank unexplained. */
function start(root: HTMLElement): void {
  if (root.dataset['page'] === 'decay') {
    const host = connectDecayToVsCode();
    reportFailures((message) => host.post({ type: 'broken', message }));
    return createDecayPage(root, host);
  }
  const report = connectToReport();
  if (report !== null) useReportTheme(document.body);
  const host: Host = report ?? connectToVsCode();
  reportFailures((message) => host.post({ type: 'broken', message }));
  createInspector(root, host);
}

function reportFailures(tell: (message: string) => void): void {
  window.addEventListener('error', (event) => tell(event.message));
  window.addEventListener('unhandledrejection', (event) => tell(String(event.reason)));
}

const root = document.getElementById('root');
if (root !== null) start(root);
