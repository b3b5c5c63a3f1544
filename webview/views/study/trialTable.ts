import { type StudyReport, type StudyTrial } from '../../../src/trace/lab/studyReport';
import { say } from '../../theme/strings';
import { createButton } from '../controls';
import { element } from '../element';
import { formatNumber, formatParameter } from './parameterScale';
import { isBest, nameOfFigure, nameOfObjective, nameOfState, shownFigures } from './trialLook';

/** What the table shows, and what it tells. */
export interface TableState {
  readonly report: StudyReport;
  /** Trials in the ranges chosen elsewhere; null: all. */
  readonly chosen: ReadonlySet<number> | null;
  readonly sort: TableSort;
  readonly focus: number | null;
  readonly isRunning: boolean;
  readonly showsAll: boolean;
}

/** The column that the rows are in the order of. */
export interface TableSort {
  readonly column: string;
  readonly isRising: boolean;
}

/** What the table's buttons do. */
export interface TableActions {
  sort(column: string): void;
  focus(trial: number | null): void;
  inspect(trial: number): void;
  cancel(trial: number): void;
  showAll(): void;
}

interface Column {
  readonly key: string;
  readonly name: string;
  textOf(trial: StudyTrial): string;
  /** What the rows are ordered by; undefined comes last. */
  keyOf(trial: StudyTrial): number | string | undefined;
}

const mostRows = 200;

function columnsOf(report: StudyReport): readonly Column[] {
  const parameters = report.parameters.map(({ name }): Column => ({
    key: `parameter ${name}`,
    name,
    textOf: (trial) => formatParameter(trial.parameters[name]),
    keyOf: (trial) => {
      const value = trial.parameters[name];
      return typeof value === 'number' || typeof value === 'string'
        ? value
        : value === undefined || value === null
          ? undefined
          : String(value);
    },
  }));
  const shown = shownFigures.filter(
    (key) => key !== report.objective && report.trials.some((trial) => key in trial.figures),
  );
  return [
    { key: 'number', name: say('trial'), textOf: ({ number }) => String(number), keyOf: ({ number }) => number },
    { key: 'state', name: say('state'), textOf: ({ state }) => nameOfState(state), keyOf: ({ state }) => state },
    {
      key: 'value',
      name: nameOfObjective(report),
      textOf: ({ value }) => (value === undefined ? '\u2013' : formatNumber(value)),
      keyOf: ({ value }) => value,
    },
    ...parameters,
    ...shown.map((key): Column => ({
      key: `figure ${key}`,
      name: nameOfFigure(key) ?? key,
      textOf: (trial) => formatParameter(trial.figures[key]),
      keyOf: (trial) => trial.figures[key],
    })),
  ];
}

/** The trials in order of a column; those without a value there last. */
export function sortTrials(
  report: StudyReport,
  trials: readonly StudyTrial[],
  { column, isRising }: TableSort,
): readonly StudyTrial[] {
  const by = columnsOf(report).find(({ key }) => key === column);
  if (by === undefined) return trials;
  const sign = isRising ? 1 : -1;
  return [...trials].sort((a, b) => {
    const [left, right] = [by.keyOf(a), by.keyOf(b)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined) || a.number - b.number;
    return sign * (left < right ? -1 : left > right ? 1 : 0) || a.number - b.number;
  });
}

/** The table of trials: sortable, a row in focus with the charts, with what can be done with each. */
export function trialTable(state: TableState, actions: TableActions): readonly HTMLElement[] {
  const { report, chosen, sort, showsAll } = state;
  const columns = columnsOf(report);
  const sorted = sortTrials(
    report,
    report.trials.filter(({ number }) => chosen === null || chosen.has(number)),
    sort,
  );
  const rows = showsAll ? sorted : sorted.slice(0, mostRows);
  const head = element('tr', {
    children: [
      ...columns.map((column) => headOf(column, sort, actions)),
      element('th', {
        attributes: { scope: 'col' },
        children: [element('span', { class: 'visually-hidden', text: say('actions') })],
      }),
    ],
  });
  const body = element('tbody', { children: rows.map((trial) => rowOf(trial, { columns, state, actions })) });
  const table = element('table', {
    class: 'statistics trial-table',
    children: [element('thead', { children: [head] }), body],
  });
  if (rows.length === sorted.length) return [table];
  return [table, createButton(say('Show all {0} trials', sorted.length), () => actions.showAll())];
}

function headOf({ key, name }: Column, { column, isRising }: TableSort, actions: TableActions): HTMLElement {
  const isSorted = key === column;
  const button = element('button', {
    class: 'sort-button',
    text: isSorted ? `${name} ${isRising ? '\u2191' : '\u2193'}` : name,
    attributes: { type: 'button' },
  });
  button.addEventListener('click', () => actions.sort(key));
  return element('th', {
    attributes: { scope: 'col', 'aria-sort': isSorted ? (isRising ? 'ascending' : 'descending') : 'none' },
    children: [button],
  });
}

interface Row {
  readonly columns: readonly Column[];
  readonly state: TableState;
  readonly actions: TableActions;
}

function rowOf(trial: StudyTrial, { columns, state, actions }: Row): HTMLElement {
  const isStarred = isBest(state.report, trial.number);
  const cells = columns.map((column, k) => {
    const text = column.textOf(trial);
    if (k === 0)
      return element('th', {
        text: isStarred ? `${text} \u2605` : text,
        attributes: {
          scope: 'row',
          ...(isStarred
            ? { title: state.report.front === undefined ? say('best trial') : say('on the Pareto front') }
            : {}),
        },
      });
    return element('td', {
      text,
      attributes: column.key === 'state' && trial.message !== undefined ? { title: trial.message } : {},
    });
  });
  const row = element('tr', {
    class: trial.number === state.focus ? 'is-focused' : '',
    attributes: { 'data-trial': String(trial.number) },
    children: [...cells, element('td', { class: 'trial-actions', children: actionsOf(trial, state, actions) })],
  });
  row.addEventListener('pointerenter', () => actions.focus(trial.number));
  row.addEventListener('pointerleave', () => actions.focus(null));
  return row;
}

function actionsOf(trial: StudyTrial, { isRunning }: TableState, actions: TableActions): readonly HTMLElement[] {
  const make = (text: string, label: string, press: () => void): HTMLElement => {
    const button = element('button', { class: 'link', text, attributes: { type: 'button', 'aria-label': label } });
    button.addEventListener('click', press);
    return button;
  };
  if (trial.state === 'running' && trial.isOurs && isRunning)
    return [make(say('Cancel'), say('Cancel trial {0}', trial.number), () => actions.cancel(trial.number))];
  if (trial.modelPath !== undefined)
    return [
      make(say('Inspect'), say('Inspect the model of trial {0}', trial.number), () => actions.inspect(trial.number)),
    ];
  return [];
}
