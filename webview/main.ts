import './view.css';
import { connectToVsCode } from './host/vscodeHost';
import { createInspector } from './views/inspector';

/** Says so on the page and to the host when the view itself fails, so that it is never blank. */
function reportFailure(host: ReturnType<typeof connectToVsCode>, message: string): void {
  host.post({ type: 'broken', message });
}

const host = connectToVsCode();
window.addEventListener('error', (event) => reportFailure(host, event.message));
window.addEventListener('unhandledrejection', (event) => reportFailure(host, String(event.reason)));
const root = document.getElementById('root');
if (root !== null) createInspector(root, host);
