import type * as vscode from 'vscode';
import { type ModelSummary } from '../protocol/summaries';

type Layer = ModelSummary['layers'][number];

/** A file that looks like a model, and one sentence on why it is none that can be read. */
export interface UnreadableFile {
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly why: string;
}

/** A group of models, a model, or one of its layers. */
export type ModelNode =
  | { readonly kind: 'group'; readonly group: 'bundled' | 'workspace' | 'opened' }
  | {
      readonly kind: 'model';
      readonly name: string;
      /** Absent for a bundled model. */
      readonly uri?: vscode.Uri;
      /** Absent for a large file that was not looked into yet. */
      readonly summary?: ModelSummary;
      readonly sizeMb?: number;
    }
  | { readonly kind: 'layer'; readonly layer: Layer }
  /** The files of a group that look like models and cannot be read. */
  | { readonly kind: 'unreadable'; readonly files: readonly UnreadableFile[] }
  | { readonly kind: 'unreadableFile'; readonly file: UnreadableFile }
  /** Says why a group is empty. */
  | { readonly kind: 'nothing'; readonly group: 'workspace' | 'opened' };
