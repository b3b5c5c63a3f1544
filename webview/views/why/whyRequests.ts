import { type Host } from '../../host/host';
import { type Store } from '../../store/createStore';
import { type Action, type InspectorState } from '../../store/inspectorState';
import { stepsNow, whyOffered, whyParams, type WhyState, whyUnasked } from '../../store/whyState';

const settleMs = 120;

/** Asks for the shares once their tab is open and the text has been read; a newer question cancels the old one. */
export function createWhyAsker(host: Host, store: Store<InspectorState, Action>): (state: InspectorState) => void {
  const set = (change: Partial<WhyState>): void => store.dispatch({ type: 'why', change });
  let asked = '';
  let asking = new AbortController();
  let timer: number | undefined;

  const ask = async (inspection: number, why: WhyState): Promise<void> => {
    const { signal } = (asking = new AbortController());
    set({ progress: 0, failure: null });
    const answer = await host.request('explain', whyParams(why), signal, (done, total) => {
      if (!signal.aborted) set({ progress: done / total });
    });
    if (signal.aborted || store.get().inspection !== inspection) return;
    if (!answer.ok) return set({ progress: null, failure: answer.error.code === 'cancelled' ? null : answer.error });
    const steps = stepsNow(why);
    set({ progress: null, shown: { report: answer.value, steps }, ...(steps === null && { unedited: answer.value }) });
  };
  return (state) => {
    const { why, inspection } = state;
    if (why.go === 'stopped' && asked !== '') {
      asked = '';
      window.clearTimeout(timer);
      asking.abort();
      set({ progress: null });
    }
    if (!isAllowed(state)) return;
    const key = `${inspection} ${JSON.stringify({ ...whyParams(why), methods: [why.method, why.beside] })}`;
    if (key === asked) return;
    const isFirst = asked === '';
    asked = key;
    window.clearTimeout(timer);
    asking.abort();
    if (isFirst) void ask(inspection, why);
    else timer = window.setTimeout(() => void ask(inspection, store.get().why), settleMs);
  };
}

function isAllowed({ why, view, status, tokens }: InspectorState): boolean {
  const isWanted = why.isWanted || view.ribbon === 'share';
  if (!isWanted || why.go === 'stopped' || status.kind !== 'complete') return false;
  return tokens.length > 0 && tokens.length <= (why.go === 'asked' ? whyOffered : whyUnasked);
}
