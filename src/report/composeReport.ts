import { InspectorError } from '../base/errors';
import { oneLine, shorten, showHidden } from '../base/foreignText';
import { encodeReportData, type ReportData } from '../protocol/reportData';
import { reportLimitBytes } from './gatherReport';
import { highContrastLightTheme, highContrastTheme } from './reportContrastThemes';
import { darkTheme, lightTheme } from './reportThemes';

/** What a report page is made of. */
export interface ReportParts {
  readonly data: ReportData;
  /** The built view: dist/view.js and dist/view.css. */
  readonly script: string;
  readonly style: string;
  /** Fresh, from a cryptographic source; letters and digits. */
  readonly nonce: string;
  readonly language?: string;
}

/**
 * One HTML page that works from the file system without a network: the panel's own view with its data inside. Its
 * policy lets it load nothing at all. Throws `input-too-long` if it would grow over the limit.
 */
export function composeReport({ data, script, style, nonce, language = 'en' }: ReportParts): string {
  const encoded = encodeReportData(data);
  if (encoded.length > reportLimitBytes * 1.25) {
    throw new InspectorError(
      'input-too-long',
      `The report would take ${Math.round(encoded.length / 1024 / 1024)} MB; the limit is ${Math.round(reportLimitBytes / 1024 / 1024)} MB. Take a shorter text.`,
    );
  }
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data: blob:`;
  const title = oneLine(shorten(`${data.hydrate.source}: ${data.hydrate.model?.name ?? 'LSTM Inspector'}`, 300));
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="LSTM Inspector">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${themeRules()}${style.replaceAll('</style', '<\\/style')}</style>
</head>
<body>
<main id="root"></main>
<script type="application/json" id="report-data">${encoded}</script>
<script nonce="${nonce}">${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

function themeRules(): string {
  const rule = (values: Readonly<Record<string, string>>): string =>
    `:root{${Object.entries(values)
      .map(([name, value]) => `${name}:${value};`)
      .join('')}}`;
  // These themes leave colours out, and then the view has its own.
  const nothing = Object.fromEntries(Object.keys(lightTheme).map((name) => [name, 'initial']));
  const contrast = `@media (prefers-contrast:more){${rule({ ...nothing, ...highContrastLightTheme })}}@media (prefers-contrast:more) and (prefers-color-scheme:dark){${rule({ ...nothing, ...highContrastTheme })}}`;
  return `${rule(lightTheme)}@media (prefers-color-scheme:dark){${rule(darkTheme)}}${contrast}\n`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return showHidden(text).replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
