import { type DecayCurve, type DecayEntry } from '../trace/reading/decay';
import { formatReach, type Reach } from '../trace/reading/gradients';
import { cellDescriptions, hasCellState, hasRecurrentKernel } from '../trace/reading/cellKind';

/** What the figures of a decay comparison say, in plain sentences; nothing is said that is not in them. */
export function describeDecay(entries: readonly DecayEntry[], seeds: number): readonly string[] {
  const groups = [entries.filter(({ trained }) => trained), entries.filter(({ trained }) => !trained)];
  const compared = groups.flatMap((group) => [...sayWhatIsLeft(group), ...sayWhetherLstmIsBetter(group, seeds)]);
  const paths = [...entries.flatMap(sayDirectPath), ...sayOnlyPath(entries)];
  return [...compared, ...sayWhatTrainingChanged(entries, seeds), ...paths];
}

/** The one sentence over the picture: how far back learning reaches in each network, the farthest first. */
export function sayHeadline(entries: readonly DecayEntry[]): string {
  const groups = [true, false].map((trained) =>
    entries.filter((entry) => entry.trained === trained).sort((one, other) => other.h.reach.steps - one.h.reach.steps),
  );
  const [trained = '', untrained = ''] = groups.map((group) =>
    joinWords(group.map((entry, k) => `${reachAloud(entry.h.reach, k === 0)} in ${nameAloud(entry, group)}`)),
  );
  const both = trained !== '' && untrained !== '';
  const first = trained === '' ? `Before any training, learning reaches ${untrained}` : `Learning reaches ${trained}`;
  return `${first}${both ? `; before training, ${untrained}` : ''}.`;
}

/** "261 steps back", and "48" after it. */
function reachAloud(reach: Reach, isFirst: boolean): string {
  if (isFirst) return `${formatReach(reach)} back`;
  return `${reach.steps}${reach.isWhole ? ' or more' : ''}`;
}

/** "the LSTM" where it is the only one of its kind, else its name. */
function nameAloud({ name, cell }: DecayEntry, group: readonly DecayEntry[]): string {
  return group.filter((other) => other.cell === cell).length === 1 ? `the ${cellDescriptions[cell].name}` : name;
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The lag at which a group is compared: 100 steps, or the farthest that all of them reach. */
function commonLag(entries: readonly DecayEntry[]): number {
  return Math.min(100, ...entries.map(({ h }) => h.mean.length - 1));
}

function at(curve: DecayCurve, lag: number): number {
  return curve.mean[lag] ?? NaN;
}

function steps(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'}`;
}

/** A ratio given by its log10, in figures a person reads. */
export function formatRatio(log10: number): string {
  if (Number.isNaN(log10)) return 'nothing that is a number';
  if (log10 === -Infinity) return 'exactly 0';
  if (log10 === Infinity) return 'more than can be written';
  if (log10 > -2 && log10 < 3) return Number((10 ** log10).toPrecision(2)).toString();
  const exponent = Math.floor(log10);
  return `${(10 ** (log10 - exponent)).toFixed(1)}e${exponent}`;
}

function sayWhatIsLeft(group: readonly DecayEntry[]): readonly string[] {
  const lag = commonLag(group);
  if (group.length === 0 || lag < 1) return [];
  const parts = group.map(({ name, h }) => {
    const { halfLife, slope } = h.fit;
    const pace =
      halfLife !== null
        ? `half-life ${halfLife < 100 ? halfLife.toPrecision(2) : Math.round(halfLife)} steps`
        : slope !== null && slope > 0
          ? 'it grows'
          : 'it does not decay';
    return `${name} ${formatRatio(at(h, lag))} (${pace}, reaches ${formatReach(h.reach)} to a thousandth)`;
  });
  const kind = group[0]?.trained === true ? 'Trained' : 'Untrained';
  return [
    `${kind}, ${steps(lag)} before the loss, the gradient with respect to h is this fraction of the one at the loss: ${parts.join(', ')}.`,
  ];
}

/**
 * How far two curves must differ to count: a factor of two, and twice the standard error of the difference over the
 * seeds.
 */
function margin(one: DecayCurve, other: DecayCurve, of: { lag: number; seeds: number }): number {
  const variance = (curve: DecayCurve): number => (curve.deviation[of.lag] ?? 0) ** 2 / of.seeds;
  return Math.max(Math.log10(2), 2 * Math.sqrt(variance(one) + variance(other)));
}

function sayWhetherLstmIsBetter(group: readonly DecayEntry[], seeds: number): readonly string[] {
  const lag = commonLag(group);
  if (lag < 1) return [];
  const lstms = group.filter(({ cell }) => hasCellState(cell));
  return lstms.flatMap((lstm) =>
    group
      .filter(({ cell }) => !hasCellState(cell))
      .map((other) => compare(lstm, other, { lag, seeds: lstm.trained ? 1 : seeds })),
  );
}

function compare(lstm: DecayEntry, other: DecayEntry, of: { lag: number; seeds: number }): string {
  const [own, theirs] = [at(lstm.h, of.lag), at(other.h, of.lag)];
  if (Number.isNaN(own) || Number.isNaN(theirs))
    return `${lstm.name} and ${other.name} cannot be compared: one of the gradients is not a number.`;
  if (own === theirs) return `${lstm.name} is not better than ${other.name} here: both have the same left.`;
  const difference = own - theirs;
  const far = formatRatio(Math.abs(difference));
  if (Math.abs(difference) < margin(lstm.h, other.h, of)) {
    return `${lstm.name} is not better than ${other.name} here: after ${steps(of.lag)} they differ by a factor of ${far} only, which is within a factor of two or the spread over the seeds.`;
  }
  const size = Number.isFinite(difference) ? `${far} times ` : '';
  if (difference < 0)
    return `${lstm.name} is not better than ${other.name} here: after ${steps(of.lag)} ${other.name} has ${size}more of its gradient left.`;
  return `After ${steps(of.lag)} ${lstm.name} has ${size}more of its gradient left than ${other.name}.`;
}

/** A trained model beside the same one untrained, which carries its name. */
function sayWhatTrainingChanged(entries: readonly DecayEntry[], seeds: number): readonly string[] {
  return entries
    .filter(({ trained }) => trained)
    .flatMap((trained) => {
      const twin = entries.find((entry) => !entry.trained && entry.name === untrainedName(trained.name));
      const lag = commonLag(twin === undefined ? [] : [trained, twin]);
      if (twin === undefined || lag < 1) return [];
      const difference = at(trained.h, lag) - at(twin.h, lag);
      if (!Number.isFinite(difference)) return [];
      const far = formatRatio(Math.abs(difference));
      if (Math.abs(difference) < margin(trained.h, twin.h, { lag, seeds }))
        return [`Training has changed little in ${trained.name}: after ${steps(lag)} a factor of ${far}.`];
      return [
        `After ${steps(lag)} ${trained.name} has ${far} times ${difference > 0 ? 'more' : 'less'} of its gradient left than before it was trained.`,
      ];
    });
}

/** The name of a model's untrained twin. */
export function untrainedName(name: string): string {
  return `${name} (untrained)`;
}

function sayDirectPath({ name, c, direct, gapLog10 }: DecayEntry): readonly string[] {
  if (c === undefined || direct === undefined || gapLog10 === undefined || gapLog10 === null) return [];
  const lag = Math.min(c.fit.lastLag, direct.fit.lastLag);
  if (lag < 1) return [];
  const whole = formatRatio(at(c, lag));
  const alone = formatRatio(at(direct, lag));
  const start = `Along c of ${name}, the forget gates alone would leave ${alone} of the gradient after ${steps(lag)}; the whole gradient has ${whole}`;
  if (Math.abs(gapLog10) < Math.log10(2)) return [`${start}, so the direct path is nearly all of it.`];
  const times = formatRatio(Math.abs(gapLog10));
  if (gapLog10 > 0) return [`${start}, ${times} times as much: the rest comes through h and the gates.`];
  return [`${start}, ${times} times less: what comes through h and the gates works against the direct path.`];
}

/** Of cells whose gates do not read the state, the direct path is all there is. */
function sayOnlyPath(entries: readonly DecayEntry[]): readonly string[] {
  const alone = entries.filter(({ cell }) => !hasRecurrentKernel(cell));
  const [first] = alone;
  if (first === undefined) return [];
  const { name, memory } = cellDescriptions[first.cell];
  const share = memory?.keeps === 'shut' ? `1 \u2212 ${memory.gate}` : (memory?.gate ?? '');
  return [
    `The whole gradient of ${joinWords(alone.map((entry) => entry.name))} is the direct path, the product of ${share} over the steps: the gates of a ${name} do not read h, so no other way leads back.`,
  ];
}
