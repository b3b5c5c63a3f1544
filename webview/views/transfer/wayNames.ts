import { type TransferWay } from '../../../src/trace/lab/transferEvents';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';

/** A way of a transfer as a person reads it. */
export function nameOfWay(way: TransferWay): string {
  const names: Readonly<Record<TransferWay, string>> = {
    source: say('source as it is'),
    'pseudo-labels': say('pseudo-labels'),
    'language layers': say('language layers adapted'),
    'language, pseudo-labels': say('adapted, then pseudo-labels'),
    'new head': say('new layers on frozen ones'),
    'fine-tuned': say('fine-tuned'),
    adapted: say('trained on'),
    scratch: say('from scratch'),
  };
  return names[way];
}

/** What is trained in a stage, in a word or two. */
export function nameOfStage(stage: string): string {
  const names: Readonly<Record<string, string>> = {
    'new layers': say('new layers'),
    unfrozen: say('unfrozen'),
    'language head': say('language head'),
    'language layers': say('language layers'),
    'all layers': say('all layers'),
  };
  return names[stage] ?? stage;
}

const lineOf: Readonly<Record<TransferWay, string>> = {
  source: 'h',
  'pseudo-labels': 'o',
  'language layers': 'g',
  'language, pseudo-labels': 'c',
  'new head': 'i',
  'fine-tuned': 'f',
  adapted: 'f',
  scratch: 'x',
};

/** The colour of a way in every picture. */
export function colourOfWay(way: TransferWay, { lines, foreground }: Palette): string {
  return lines[lineOf[way]] ?? foreground;
}
