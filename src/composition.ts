import * as vscode from 'vscode';
import { composeLab } from './composeLab';
import { DisposableStore } from './base/disposable';
import { toFailure } from './base/errors';
import { type Log } from './base/log';
import { type CommandContext } from './commands/commandContext';
import { actOnOverview } from './commands/models/actOnOverview';
import { chooseModel } from './commands/models/chooseModel';
import { inspectAgain } from './commands/inspect/inspectAgain';
import { createOutputLog } from './show/outputLog';
import { Messages } from './commands/messages';
import { watchReading } from './commands/inspect/openInspection';
import { referenceOf } from './commands/models/modelFile';
import { openedModels } from './commands/models/pickModel';
import { ModelFollowing } from './commands/models/modelFollowing';
import { saveBytes } from './commands/saveBytes';
import { parseValues } from './data/parseValues';
import { openText } from './editor/editorSubject';
import { findSubject } from './editor/findSubject';
import { readValuesAgain } from './editor/valuesSubject';
import { SensitivityDecorations } from './editor/sensitivityDecorations';
import { TokenHoverProvider } from './editor/hoverProvider';
import { InspectedDocuments } from './editor/inspectedDocuments';
import { TokenDecorations } from './editor/tokenDecorations';
import { processOrThread } from './link/processOrThread';
import { WorkerLink } from './link/workerLink';
import { DecayPanels } from './panel/decayPanel';
import { DifferencePanels } from './panel/differencePanels';
import { OverviewEditor } from './panel/overviewEditor';
import { type PageContext } from './panel/pagePanel';
import { type PanelActions } from './panel/inspectorPanel';
import { Panels } from './panel/panels';
import { type StoredSource } from './protocol/viewMessages';
import { linkViews } from './session/linkedViews';
import { type Inspection } from './session/inspection';
import { InspectionRegistry } from './session/inspectionRegistry';
import { readSettings } from './settings/settings';
import { FindingsTree } from './trees/findingsTree';
import { ModelsTree } from './trees/modelsTree';

/** Everything that one window of VS Code shares; made once, with the first command, view or restored panel. */
export interface Composition extends CommandContext {
  readonly link: WorkerLink;
  /** The way to the lab's own process, started with its first work, so that training keeps no inspection waiting. */
  readonly labLink: WorkerLink;
  readonly models: ModelsTree;
  readonly following: ModelFollowing;
  readonly findings: FindingsTree;
  readonly sensitivity: SensitivityDecorations;
  readonly overviews: OverviewEditor;
  /** Takes over a panel that VS Code restored. */
  revive(panel: vscode.WebviewPanel, kept: unknown): Promise<void>;
}

/** Makes the rooms and hands each what it needs. */
export function compose(extension: vscode.ExtensionContext): Composition {
  const store = new DisposableStore();
  extension.subscriptions.push(store);
  const { extensionUri } = extension;
  const log = store.add(createOutputLog('LSTM Inspector'));
  const { link, labLink } = createLinks(extension, log);
  store.add(link);
  store.add(labLink);
  const messages = new Messages();
  const registry = store.add(new InspectionRegistry());
  const { documents, sensitivity } = createEditors(store, registry);
  const shared = { extensionUri, log, defaults: createDefaults(link), findSubject: findKeptSubject };
  const surface: Pick<PanelActions, 'showLog' | 'copy' | 'save'> = {
    showLog: () => log.show(),
    copy: (text) => void vscode.env.clipboard.writeText(text),
    save: (name, data) => void saveBytes(messages, name, data),
  };
  const decayPanels = store.add(new DecayPanels({ ...shared, actions: surface }));
  const differences = store.add(new DifferencePanels({ ...shared, registry, actions: surface }));
  const actions = {
    ...surface,
    again: (inspection: Inspection) => void inspectAgain(context, inspection),
    chooseModel: (inspection: Inspection) => void chooseModel(context, inspection),
    report: ({ id }: Inspection) => void vscode.commands.executeCommand('lstmInspector.makeReport', { inspection: id }),
  };
  const panels = store.add(new Panels({ ...shared, registry, actions }));
  const lab = composeLab({
    page: { extensionUri, log, actions: surface },
    labLink,
    context: () => context,
    add: (item) => store.add(item),
  });
  const context: CommandContext = {
    engine: link,
    registry,
    documents,
    panels,
    decayPanels,
    differences,
    ...lab,
    log,
    messages,
    settings: readSettings,
    parseValues: readValues,
    memory: extension.globalState,
    extensionUri,
  };
  const revive = async (panel: vscode.WebviewPanel, kept: unknown): Promise<void> => {
    link.warm();
    const inspection = await panels.revive(panel, kept);
    if (inspection) watchReading(context, inspection);
  };
  const overviews = createOverviews({ ...shared, actions: surface }, context);
  const models = store.add(createModelsTree(context));
  const following = store.add(new ModelFollowing(context));
  const findings = store.add(new FindingsTree(registry, log));
  return { ...context, link, labLink, models, following, findings, sensitivity, overviews, revive };
}

/** What follows the inspected documents in their editors: decorations, hovers, colours. */
function createEditors(
  store: DisposableStore,
  registry: InspectionRegistry,
): { readonly documents: InspectedDocuments; readonly sensitivity: SensitivityDecorations } {
  const documents = store.add(new InspectedDocuments(registry));
  store.add(linkViews(registry));
  store.add(new TokenDecorations(registry, documents));
  const sensitivity = store.add(new SensitivityDecorations(registry, documents));
  const hovers = new TokenHoverProvider(
    documents,
    () => readSettings().hover,
    (places) => {
      sensitivity.point(places);
      for (const { inspection, step } of places) inspection.pointAt(step);
    },
  );
  store.add(vscode.languages.registerHoverProvider({ scheme: '*' }, hovers));
  return { documents, sensitivity };
}

/** The two ways to the engine, each with a process of its own; both are started by their first work. */
function createLinks(
  { extensionUri, globalStorageUri }: vscode.ExtensionContext,
  log: Log,
): Pick<Composition, 'link' | 'labLink'> {
  const pathOf = (script: string): string => vscode.Uri.joinPath(extensionUri, 'dist', script).fsPath;
  const { wideVectors, threads } = readSettings();
  const options = {
    workerPath: pathOf('worker.js'),
    workerData: { wideVectors, threads },
    codeFolder: vscode.Uri.joinPath(globalStorageUri, 'compiled').fsPath,
    log,
    start: processOrThread({ processPath: pathOf('process.js'), log }),
  };
  return { link: new WorkerLink(options), labLink: new WorkerLink(options) };
}

/** What a restored panel read: its text, or the rows of numbers in it. */
async function findKeptSubject(kept: StoredSource): ReturnType<typeof findSubject> {
  // A file of bytes cannot be opened as a text.
  const isFileOfBytes = kept.isValues === true && kept.ranges.length === 0;
  const found = await findSubject(
    kept,
    isFileOfBytes ? () => Promise.resolve({ text: '', title: '', isUntitled: false }) : openText,
    vscode.l10n.t('Sentence'),
  );
  return kept.isValues === true ? { ...found, subject: await readValuesAgain(found.subject, readValues) } : found;
}

function createOverviews(page: PageContext, context: CommandContext): OverviewEditor {
  return new OverviewEditor({
    ...page,
    engine: context.engine,
    strings: () => vscode.l10n.bundle ?? {},
    referenceOf: (uri) => referenceOf(uri, { limitMb: readSettings().maxModelMb }),
    act: (action, uri) => void actOnOverview(context, action, uri),
  });
}

function createModelsTree({ engine, registry, log, memory }: CommandContext): ModelsTree {
  const scanning = (isScanning: boolean): void =>
    void vscode.commands.executeCommand('setContext', 'lstmInspector.scanning', isScanning);
  const models = new ModelsTree({ engine, log, openedBefore: () => openedModels(memory), scanning });
  // A file that was inspected stands among those opened before.
  registry.opened.on(({ model }) => {
    if (model.kind === 'file') models.refreshSoon();
  });
  return models;
}

/** Rows of numbers from a file's bytes; what is wrong with them is said in a sentence. */
const readValues: CommandContext['parseValues'] = (bytes, name) => {
  try {
    return { ok: true, value: parseValues(bytes, name) };
  } catch (thrown) {
    return { ok: false, error: toFailure(thrown) };
  }
};

function createDefaults(engine: WorkerLink) {
  let lastId = 0;
  return () => {
    const { memoryMb, threads } = readSettings();
    return {
      engine,
      limits: { memoryMb, ...(threads > 0 ? { threads } : {}) },
      nextId: () => ++lastId,
      strings: vscode.l10n.bundle ?? {},
    };
  };
}
