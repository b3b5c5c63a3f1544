import path from 'node:path';
import { writeWhole } from '../../files/writeWhole';
import { type StudyReport, type StudyTrial } from '../../trace/lab/studyReport';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, type CommandContext, UsageError } from '../command';
import { describeObjective, type ObjectiveResult, sayStudy, type StudyResult } from '../studyText';
import { formatOf } from '../outputFormat';

/**
 * Shows what the studies of a journal found: best trial or Pareto front, history, importance. Nothing is run or written
 * to it.
 */
export const studyCommand: Command = {
  name: 'study',
  usage: 'study JOURNAL [--study NAME] [--along PARAMETER] [--json | --out FILE.json]',
  summary:
    "what the studies of an Optuna journal found: best trial or Pareto front, history, each parameter's importance",
  async run(args, context) {
    const parsed = parseArguments(args, { study: 'string', along: 'string', json: 'boolean', out: 'string' });
    const [given, ...more] = parsed.positionals;
    if (given === undefined) throw new UsageError('Which journal?');
    if (more.length > 0) throw new UsageError(`"${more[0]}" is too much.`);
    const out = parsed.text('out');
    if (out !== undefined) formatOf(out, ['json']);
    const journal = path.resolve(given);
    const studies = await readStudies(context, { journal, study: parsed.text('study'), along: parsed.text('along') });
    if (out !== undefined) writeWhole(out, packJson({ journal, studies }));
    else if (parsed.flag('json')) context.print(packJson({ journal, studies }).trimEnd());
    else for (const line of studies.flatMap(sayStudy)) context.print(line);
  },
};

interface Place {
  readonly journal: string;
  readonly study: string | undefined;
  readonly along: string | undefined;
}

async function readStudies(context: CommandContext, { journal, study, along }: Place): Promise<readonly StudyResult[]> {
  const named = study === undefined ? {} : { study };
  const first = await ask(context, 'study', { journalPath: journal, most: Number.MAX_SAFE_INTEGER, ...named });
  if (first === null) throw new UsageError(`There is no file ${journal}.`);
  const names = study === undefined ? first.studies.map(({ name }) => name) : [study];
  const results: StudyResult[] = [];
  for (const name of names) {
    const report =
      name === first.name
        ? first
        : await ask(context, 'study', { journalPath: journal, most: Number.MAX_SAFE_INTEGER, study: name });
    if (report !== null) results.push(await readResult(context, report, along));
  }
  return results;
}

async function readResult(
  context: CommandContext,
  report: StudyReport,
  along: string | undefined,
): Promise<StudyResult> {
  const at = { journalPath: report.journal, study: report.name };
  const objectives: ObjectiveResult[] = [];
  for (const objective of report.directions.keys()) {
    const importance = await ask(context, 'importance', { ...at, objective });
    const surrogate =
      along === undefined ? undefined : await ask(context, 'surrogate', { ...at, objective, parameter: along });
    objectives.push(describeObjective(report, objective, { importance, surrogate }));
  }
  const trialOf = (number: number): StudyTrial | undefined => report.trials.find((trial) => trial.number === number);
  const { name, directions, count, done, best, front, parameters, trials } = report;
  return {
    name,
    directions,
    count,
    done,
    ...(front === undefined
      ? { best: (best === undefined ? undefined : trialOf(best)) ?? null }
      : { front: front.map(trialOf).filter((trial) => trial !== undefined) }),
    objectives,
    parameters,
    trials: trials.map(({ isOurs: _ours, ...trial }) => trial),
  };
}

/** JSON knows no infinities: they are written as words. */
function packJson(value: object): string {
  const replaced = (_key: string, each: unknown): unknown =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each;
  return `${JSON.stringify(value, replaced, 2)}\n`;
}
