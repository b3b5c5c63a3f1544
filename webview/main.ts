import './view.css';
import { type Host } from './host/host';
import { connectToReport } from './host/reportHost';
import { connectToVsCode } from './host/vscodeHost';
import { createInspector } from './views/inspector';
import { useReportTheme } from './theme/reportTheme';

/** Starts the page in the element that holds it; what fails is said to the host, so that the view is never blank unexplained. */
function start(root: HTMLElement): void {
  const report = connectToReport();
  if (report !== null) useReportTheme(document.body);
  const host: Host = report ?? connectToVsCode();
  window.addEventListener('error', (event) => host.post({ type: 'broken', message: event.message }));
  window.addEventListener('unhandledrejection', (event) => host.post({ type: 'broken', message: String(event.reason) }));
  createInspector(root, host);
}

const root = document.getElementById('root');
if (root !== null) start(root);
