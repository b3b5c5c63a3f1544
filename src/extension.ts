import * as vscode from 'vscode';
import type { Composition } from './composition';

/** What the extension gives to its own tests. */
export interface ExtensionApi {
  compose(): Promise<Composition>;
}

/** Documents that have lenses. */
const labFiles: vscode.DocumentSelector = { pattern: '**/*.lstm-lab.json' };

type Command = (composition: Composition, given: unknown) => unknown;

/** Each command and the file that it is loaded from when it first runs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  inspect: async () => (await import('./commands/inspect/inspect')).inspect,
  inspectSample: async () => (await import('./commands/inspect/inspectSample')).inspectSample,
  inspectAgain: async () => fromMenu((await import('./commands/inspect/inspectAgain')).inspectAgain),
  chooseModel: async () => fromMenu((await import('./commands/models/chooseModel')).chooseModel),
  makeReport: async () => (await import('./commands/inspect/makeReport')).makeReport,
  cancel: async () => fromMenu((await import('./commands/inspect/stopReading')).stopReading),
  pinToken: async () => (await import('./commands/inspect/pinToken')).pinToken,
  pinAtCursor: async () => fromMenu((await import('./commands/inspect/pinToken')).pinAtCursor),
  showHover: async () => fromMenu((await import('./commands/inspect/tokenAtCursor')).showHover),
  showLog:
    async () =>
    ({ log }) =>
      log.show(),
  compareGradientDecay: async () =>
    fromMenu((await import('./commands/inspect/compareGradientDecay')).compareGradientDecay),
  showFinding: async () => (await import('./commands/inspect/showFinding')).showFinding,
  inspectWithModelFile: async () => (await import('./commands/inspect/inspectWithModelFile')).inspectWithModelFile,
  compareModels: async () => (await import('./commands/inspect/compareModels')).compareModels,
  showDifference: async () => (await import('./commands/inspect/showDifference')).showDifference,
  inspectWithListedModel: async () =>
    (await import('./commands/inspect/inspectWithListedModel')).inspectWithListedModel,
  toggleInfluence: async () => fromMenu((await import('./commands/inspect/toggleInfluence')).toggleInfluence),
  searchLab: async () => (await import('./commands/lab/searchLab')).searchLab,
  openStudy: async () => (await import('./commands/lab/searchLab')).openStudy,
  openModelOverview: async () => (await import('./commands/models/openModelOverview')).openModelOverview,
  editModelSettings: async () => (await import('./commands/models/editModelSettings')).editModelSettings,
  revealModel: async () => (await import('./commands/models/revealModel')).revealModel,
  compareWithListedModel: async () => (await import('./commands/inspect/compareModels')).compareModels,
  stopLookingForModels:
    async () =>
    ({ models }) =>
      models.stop(),
  newLabFile: async () => (await import('./commands/lab/newLabFile')).newLabFile,
  trainLab: async () => (await import('./commands/lab/trainLab')).trainLab,
  openLabResults: async () => (await import('./commands/lab/openLabResults')).openLabResults,
  addTransfer: async () => (await import('./commands/lab/addTransfer')).addTransfer,
  transferLab: async () => (await import('./commands/lab/transferLab')).transferLab,
  openTransferResults: async () => (await import('./commands/lab/transferLab')).openTransferResults,
  refreshModels:
    async () =>
    ({ models }) =>
      models.refresh(),
};

/** Who takes over a panel that VS Code restored, by its page. */
const revivers: Readonly<
  Record<string, (made: Composition) => { revive(panel: vscode.WebviewPanel, kept: unknown): unknown }>
> = {
  inspection: (made) => made,
  decay: ({ decayPanels }) => decayPanels,
  study: ({ studyPanels }) => studyPanels,
  training: ({ trainingPanels }) => trainingPanels,
  transfer: ({ transferPanels }) => transferPanels,
};

/** Registers what VS Code may call; everything else is loaded when it is first needed. */
export function activate(extension: vscode.ExtensionContext): ExtensionApi {
  let made: Promise<Composition> | undefined;
  const compose = (): Promise<Composition> =>
    (made ??= import('./composition').then((loaded) => loaded.compose(extension)));
  for (const [name, load] of Object.entries(commands)) {
    const run = async (given: unknown): Promise<unknown> => (await load())(await compose(), given);
    extension.subscriptions.push(vscode.commands.registerCommand(`lstmInspector.${name}`, run));
  }
  for (const [page, reviver] of Object.entries(revivers)) {
    const deserializeWebviewPanel = async (panel: vscode.WebviewPanel, kept: unknown): Promise<void> =>
      void (await reviver(await compose()).revive(panel, kept));
    extension.subscriptions.push(
      vscode.window.registerWebviewPanelSerializer(`lstmInspector.${page}`, { deserializeWebviewPanel }),
    );
  }
  extension.subscriptions.push(vscode.languages.registerCodeLensProvider(labFiles, lazyLenses()));
  // The name model.json is a common one: there the overview is an offer ("Reopen Editor With..."), not the default.
  for (const viewType of ['lstmInspector.overview', 'lstmInspector.overviewOfJson']) {
    extension.subscriptions.push(
      vscode.window.registerCustomEditorProvider(
        viewType,
        {
          openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
          resolveCustomEditor: async (document, panel) =>
            (await compose()).overviews.resolveCustomEditor(document, panel),
        },
        { supportsMultipleEditorsPerDocument: true },
      ),
    );
  }
  extension.subscriptions.push(
    vscode.window.registerTreeDataProvider(
      'lstmInspector.models',
      lazyTree(async () => (await compose()).models),
    ),
  );
  extension.subscriptions.push(
    vscode.window.registerTreeDataProvider(
      'lstmInspector.findings',
      lazyTree(async () => (await compose()).findings),
    ),
  );
  return { compose };
}

/** A command whose menu passes arguments that mean nothing to it. */
function fromMenu(command: (composition: Composition) => unknown): Command {
  return (composition) => command(composition);
}

/** The lenses of lab files, loaded with the first that is opened. */
function lazyLenses(): vscode.CodeLensProvider {
  return {
    provideCodeLenses: async (document) => {
      const { LabLenses } = await import('./editor/labLenses');
      return new LabLenses((command) => command in commands).provideCodeLenses(document);
    },
  };
}

/** A tree whose provider is made when the view first asks. */
function lazyTree<T>(load: () => Promise<vscode.TreeDataProvider<T>>): vscode.TreeDataProvider<T> {
  let loaded: vscode.TreeDataProvider<T> | undefined;
  const changed = new vscode.EventEmitter<T | T[] | undefined | null | void>();
  const provider = async (): Promise<vscode.TreeDataProvider<T>> => {
    if (loaded) return loaded;
    loaded = await load();
    loaded.onDidChangeTreeData?.((node) => changed.fire(node));
    return loaded;
  };
  return {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => (await provider()).getChildren(node),
    getTreeItem: async (node) => (await provider()).getTreeItem(node),
  };
}
