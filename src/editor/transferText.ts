import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { parseLabText } from './parseLabText';

/** What a lab file says that a transfer depends on. */
export interface LabOutline {
  readonly hasTransfer: boolean;
  readonly task: 'next-token' | 'classify';
  readonly level: 'character' | 'word';
}

/** The outline of a lab file's text; null where it is no object. */
export function outlineOf(text: string): LabOutline | null {
  const root = parseLabText(text);
  if (root === undefined) return null;
  const valueAt = (...path: string[]): unknown => findNodeAtLocation(root, path)?.value;
  return {
    hasTransfer: findNodeAtLocation(root, ['transfer']) !== undefined,
    task: valueAt('task') === 'next-token' ? 'next-token' : 'classify',
    level: valueAt('tokens', 'level') === 'character' ? 'character' : 'word',
  };
}

/** The text with a commented "transfer" from a source behind its last setting; its comments stay. */
export function withTransfer(text: string, source: string): string {
  const root = parseLabText(text) as Node;
  const last = root.children?.at(-1);
  const end = last === undefined ? root.offset + 1 : last.offset + last.length;
  const rest = text.slice(end);
  const comma = /^\s*,/.exec(rest)?.[0] ?? '';
  const joint = last === undefined || comma !== '' ? comma : ',';
  return `${text.slice(0, end)}${joint}\n${blockOf(source, outlineOf(text)?.task ?? 'classify')}${rest.slice(comma.length)}`;
}

function blockOf(source: string, task: LabOutline['task']): string {
  const name = JSON.stringify(source);
  if (task === 'next-token') {
    return `  // Goes on training a language model with this text, without labels; docs/transfer.md says more.
  "transfer": {
    // A bundled model, or a file relative to this one.
    "source": ${name},
    // The network of this file from scratch beside it, at the best of these rates.
    "baseline": { "learning_rates": [0.004, 0.012], "epochs": 3 }
  }`;
  }
  return `  // Takes the layers of a trained model, freezes them, puts new ones on top and trains those; docs/transfer.md says more.
  "transfer": {
    // A bundled model, or a file relative to this one.
    "source": ${name},
    // Its name for each label of this data, where they differ; then it is judged as it is.
    // "sourceLabels": { "good": "positive", "bad": "negative" },
    // extend: words that it does not know get weights of their own. keep: they are unknown.
    "vocabulary": "extend",
    "freeze": ["embedding", "recurrent"],
    // Afterwards unfrozen from the top, a layer a stage, each further down slower by "rateFall".
    "fineTune": { "epochs": 30, "learning_rate": 0.003, "rateFall": 1.3, "gradual": true },
    // Several numbers of labels make a learning curve; without, all are used.
    // "labels": [50, 200, 800],
    // "seeds": 5,
    // Without labels: learn from its own sure answers, or from the texts as a language model.
    // "pseudoLabels": { "confidence": 0.9 },
    // "adaptLanguage": { "epochs": 5 },
    // The network of this file from scratch beside it, at the best of these rates.
    "baseline": { "learning_rates": [0.001, 0.003, 0.01], "epochs": 30 }
  }`;
}
