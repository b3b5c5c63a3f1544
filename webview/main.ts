import './view.css';
import { connectToReport } from './host/reportHost';
import { reporting } from './host/reporting';
import { connectToVsCode } from './host/vscodeHost';
import { useReportTheme } from './theme/reportTheme';
import { createInspector } from './views/inspector';

// The page of an inspection, in a panel or in a report. It has a script of its own, so that its first painting waits
// for nothing else.
const root = document.getElementById('root');
const report = connectToReport();
if (report !== null) useReportTheme(document.body);
if (root !== null) createInspector(root, reporting(report ?? connectToVsCode()));
