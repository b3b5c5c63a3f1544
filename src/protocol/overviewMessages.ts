import { type Result } from '../base/result';
import { type ViewToHost } from './viewMessages';

/**
 * Everything the page "Model Overview" needs to begin: the one path for opening, tab return, reload and a changed file.
 */
export interface HydrateOverview {
  readonly type: 'hydrateOverview';
  /** Name of the file, or of the bundled model. */
  readonly name: string;
  /** A bundled model has its vocabulary and needs no settings. */
  readonly isBundled: boolean;
  /** Translations by their English text. */
  readonly strings: Readonly<Record<string, string>>;
}

/** Host -> page, where `<main id="root" data-page="overview">`. Hydrated again when the file changes on disk. */
export type HostToOverview =
  | HydrateOverview
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  /** How far the answer of request `id` is: by layer. */
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
      readonly message?: string;
    };

/** What the page's buttons ask of VS Code. */
export type OverviewAction = 'inspect' | 'settings';

/** Page -> host: requests of kind `overview` and `weightMaps`, whose `model` the host fills in. */
export type OverviewToHost =
  | Extract<
      ViewToHost,
      { readonly type: 'ready' | 'request' | 'cancelRequest' | 'copy' | 'save' | 'showLog' | 'broken' }
    >
  | { readonly type: 'do'; readonly action: OverviewAction };
