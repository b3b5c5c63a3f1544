import { greetingScript } from '../protocol/greeting';
import { loadAgainScript } from './loadAgain';

/** What the page of a panel is made of; URIs as the web view may load them. */
export interface PanelPage {
  readonly scriptUri: string;
  readonly styleUri: string;
  /** The web view's own source expression, `webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for each page, from a cryptographic source. */
  readonly nonce: string;
  readonly title: string;
  /** What is shown where the page's script cannot be loaded. */
  readonly unloadable: string;
  /** Which page the script shows. */
  readonly page: 'inspection' | 'decay' | 'difference' | 'overview' | 'training' | 'study' | 'transfer';
  /** BCP 47 tag of VS Code's display language. */
  readonly language: string;
}

/**
 * The page of a panel: the greeting, one script, one style sheet, and nothing else may load. The greeting comes first:
 * a script waits for the style sheets before it.
 */
export function panelHtml({
  scriptUri,
  styleUri,
  cspSource,
  nonce,
  title,
  unloadable,
  page,
  language,
}: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // d3 sets single style properties through the CSSOM, which needs no permission; sheets come from the extension
    // only.
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data: blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<script nonce="${nonce}">${greetingScript}
${loadAgainScript}</script>
<link rel="stylesheet" href="${styleUri}">
</head>
<body>
<main id="root" data-page="${page}" data-unloadable="${escapeHtml(unloadable)}"></main>
<script nonce="${nonce}" src="${scriptUri}"></script>
</body>
</html>`;
}

/** Text made safe inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
