import * as vscode from 'vscode';

/** What the user can set, checked. */
export interface Settings {
  /** Name of the bundled model that is offered first when none was used before. */
  readonly defaultModel: string;
  /** Inspect with the last model at once, without a pick. */
  readonly skipModelPick: boolean;
  /** Most UTF-16 units that one inspection reads. */
  readonly maxCharacters: number;
  /** Most memory that the gates and states of all traces may take at the worker. */
  readonly memoryMb: number;
  /** Largest model file that is read whole, where it does not lie on this machine. */
  readonly maxModelMb: number;
  /** Most threads that compute; 0 lets the engine choose. */
  readonly threads: number;
  /**
   * Let V8 make vectors of 256 bits in the engine's process, by a flag that V8 calls experimental; read when the window
   * opens.
   */
  readonly wideVectors: boolean;
  readonly hover: boolean;
}

/** What VS Code gives for a setting: anything at all, since settings.json is written by hand. */
export type ReadSetting = (key: string) => unknown;

const defaults: Settings = {
  defaultModel: 'prose-lstm',
  skipModelPick: false,
  maxCharacters: 20_000,
  memoryMb: 256,
  maxModelMb: 256,
  threads: 0,
  wideVectors: true,
  hover: true,
};

/** Checks each setting; one that makes no sense counts as not set. */
export function parseSettings(read: ReadSetting): Settings {
  return {
    defaultModel: text(read('defaultModel')) ?? defaults.defaultModel,
    skipModelPick: flag(read('skipModelPick')) ?? defaults.skipModelPick,
    maxCharacters: within(read('maxCharacters'), 1, 1_000_000) ?? defaults.maxCharacters,
    memoryMb: within(read('memoryMb'), 16, 65_536) ?? defaults.memoryMb,
    maxModelMb: within(read('maxModelMb'), 1, 4096) ?? defaults.maxModelMb,
    threads: within(read('threads'), 0, 64) ?? defaults.threads,
    wideVectors: flag(read('wideVectors')) ?? defaults.wideVectors,
    hover: flag(read('hover')) ?? defaults.hover,
  };
}

/** The settings as they are now. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration('lstmInspector');
  return parseSettings((key) => configuration.get<unknown>(key));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function within(value: unknown, least: number, most: number): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Math.min(most, Math.max(least, Math.round(value)));
}
