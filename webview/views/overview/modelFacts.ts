import { type ModelOverview, type ModelSummary } from '../../../src/protocol/summaries';
import { say } from '../../theme/strings';
import { element } from '../element';

/** What is known of the whole model, as a list of terms. */
export function describeFacts(overview: ModelOverview): HTMLElement {
  const { summary, window } = overview;
  const rows: (readonly [string, string])[] = [
    [say('Format'), nameOfFormat(summary.format)],
    [say('Task'), nameOfTask(summary.task)],
    [say('Reads'), nameOfInput(summary)],
    [say('Vocabulary'), stateOfVocabulary(summary)],
    [say('Parameters'), summary.parameters.toLocaleString('en-US')],
    ...(window === undefined ? [] : [[say('Window'), say('{0} steps', window)] as const]),
    ...(summary.labels === undefined ? [] : [[say('Labels'), summary.labels.slice(0, 12).join(', ')] as const]),
  ];
  const list = element('dl', {
    class: 'facts',
    children: rows.flatMap(([term, value]) => [element('dt', { text: term }), element('dd', { text: value })]),
  });
  return element('section', {
    class: 'overview-facts',
    attributes: { 'aria-label': say('Facts') },
    children: [element('h2', { text: say('Model') }), list],
  });
}

function nameOfFormat(format: string): string {
  const names: Readonly<Record<string, string>> = {
    bundled: say('bundled with LSTM Inspector'),
    tfjs: 'TensorFlow.js',
    'keras-h5': 'Keras .h5',
    'keras-v3': 'Keras 3 .keras',
    torch: 'PyTorch',
    safetensors: 'PyTorch .safetensors',
    onnx: 'ONNX',
  };
  return names[format] ?? format;
}

function nameOfTask(task: ModelSummary['task']): string {
  const names = {
    'next-token': say('predicts the next token'),
    classify: say('classifies'),
    regress: say('gives numbers'),
    states: say('gives states only'),
  };
  return names[task];
}

function nameOfInput({ input }: ModelSummary): string {
  const names = {
    characters: say('text, by characters'),
    words: say('text, by words'),
    subwords: say('text, by subwords'),
    ids: say('token ids'),
    values: say('rows of numbers'),
  };
  return names[input];
}

function stateOfVocabulary({ input, vocabularySize }: ModelSummary): string {
  if (input === 'values') return say('none: it reads numbers');
  if (input === 'ids')
    return say('{0} ids, not set: which text they stand for is not in the file', vocabularySize ?? 0);
  return say('{0} tokens', vocabularySize ?? 0);
}
