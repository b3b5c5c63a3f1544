import type * as vscode from 'vscode';
import { type ModelSummary } from '../protocol/summaries';

type Layer = ModelSummary['layers'][number];

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
  | { readonly kind: 'layer'; readonly layer: Layer };
