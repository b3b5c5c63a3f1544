import { type Result } from '../base/result';
import { type LabOrder, type StudyParams } from '../protocol/requestParams';
import { type SearchEvent } from '../trace/lab/searchEvents';
import { type StudyReport } from '../trace/lab/studyReport';
import { type EngineClient } from './engineClient';
import { type LabRun, type LabWork } from './labRun';

/** A search as a run of the lab; its page reads the study from the journal. */
export interface SearchWork extends LabWork<SearchEvent> {
  /** Ends one trial under way as failed; the search goes on. */
  cancelTrial(trial: number): void;
  /** The study as it stands; null where there is none. */
  study(): Promise<Result<StudyReport | null>>;
}

/** One search, or one study that is looked at. */
export type SearchRun = LabRun<SearchEvent>;

/** Whether an order names a journal alone, that is looked at, and no lab file, that can be searched. */
export function isJournalOrder({ settingsPath }: LabOrder): boolean {
  return !settingsPath.endsWith('.json');
}

/** The search of a lab file, or the study of a journal alone; `search` is a number that no other search has. */
export function createSearchWork(engine: EngineClient, order: LabOrder, search: number): SearchWork {
  const place: StudyParams = isJournalOrder(order) ? { journalPath: order.settingsPath } : order;
  return {
    run: ({ signal, onLab }) => {
      if (isJournalOrder(order))
        return Promise.resolve({
          ok: false,
          error: {
            code: 'settings-invalid',
            message: 'A journal alone says not what to train; search with its lab file.',
          },
        });
      return engine.request('search', { ...order, search }, { signal, onLab });
    },
    ask: (kind, params, signal) => ask({ engine, place }, kind, params, signal),
    cancelTrial: (trial) => void engine.request('cancelTrial', { search, trial }),
    study: () => engine.request('study', place),
  };
}

/** What a page asks of a study: which of the journal's, and what of it. Unchecked values are left out. */
function ask(
  { engine, place }: { readonly engine: EngineClient; readonly place: StudyParams },
  kind: string,
  params: object,
  signal: AbortSignal,
): Promise<Result<unknown>> {
  const { known, parameter, objective, study } = params as Readonly<Record<string, unknown>>;
  const at = {
    ...place,
    ...(typeof study === 'string' ? { study } : {}),
    ...(typeof objective === 'number' ? { objective } : {}),
  };
  if (kind === 'study')
    return engine.request('study', { ...at, ...(typeof known === 'string' ? { known } : {}) }, { signal });
  if (kind === 'surrogate' && typeof parameter === 'string')
    return engine.request('surrogate', { ...at, parameter }, { signal });
  if (kind === 'importance') return engine.request('importance', at, { signal });
  return Promise.resolve({ ok: false, error: { code: 'internal', message: `The study does not answer "${kind}".` } });
}
