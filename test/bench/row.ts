/**
 * A row of the benchmark. A module in test/bench/rows exports `rows: readonly Row[]`; `npm run bench` finds it by glob
 * and runs it under each Node that the row asks for:
 *
 *     export const rows: readonly Row[] = [
 *       {
 *         name: 'forward 1000x64x128',
 *         peer: 'onnxruntime-node',
 *         bars: { 24: { reach: 1.0, must: 1.2 }, 20: { reach: 1.4, must: 1.6 } },
 *         async prepare({ peers }) {
 *           const ort = peers.load<OnnxRuntime>('onnxruntime-node'); // types of your own: the peer is not in
 *           node_modules ... return { ours: () => forward(...), peer: () => session.run(...), check: () =>
 *           assertClose(...) };
 *         },
 *       },
 *     ];
 *
 * Everything that is not to be timed belongs into `prepare`. `check` runs once after one run of each side and throws
 * where their results differ: nothing is timed before it passed. Then both sides are warmed up and run in turns, at
 * least 7 times each. A side may return the milliseconds that it measured itself (a Python process, or the time inside
 * a worker); otherwise the harness takes the wall clock around the call. A module may also export `dispose`, called
 * after the last row. Rows run one after the other, so a row may use both cores where `threads` says so.
 */
export interface Row {
  readonly name: string;
  /** Node's major versions to run under; both where absent. */
  readonly nodes?: readonly NodeMajor[];
  /** Threads that our side uses; 1 where absent. The peer uses one unless `peer` says otherwise. */
  readonly threads?: number;
  /** What ours is compared with, or null where the row states a figure of ours alone. */
  readonly peer: string | null;
  /**
   * Bars on ours / peer, or, without a peer, on our figure in `unit`. A bar on one Node only is not asked of the other.
   */
  readonly bars?: Partial<Readonly<Record<NodeMajor, Bars>>>;
  /** Unit of our figure; 'ms' where absent. */
  readonly unit?: string;
  /** At least 7 where absent; short runs are repeated up to 41 times or 4 s. */
  readonly minimumRuns?: number;
  readonly mostRuns?: number;
  /** 3 where absent; 0 for a side whose every run begins afresh. */
  readonly warmUps?: number;
  /** Sets up both sides; a sentence instead says why the row cannot run on this machine. */
  readonly prepare: (context: BenchContext) => Promise<Sides | string> | Sides | string;
}

export type NodeMajor = 20 | 24;

export interface Bars {
  /** To reach. */
  readonly reach?: number;
  /** Never worse than this. */
  readonly must?: number;
}

/** One timed run; a number is the figure that the side measured itself (milliseconds, or the row's unit). */
export type Side = () => Promise<number | void> | number | void;

export interface Sides {
  readonly ours: Side;
  /** Absent where the row has no peer. */
  readonly peer?: Side;
  /** Throws a sentence with both numbers where the results of `ours` and `peer` (or an invariant of ours) differ. */
  readonly check: () => Promise<void> | void;
  readonly dispose?: () => Promise<void> | void;
}

/** What a row gets from the harness. */
export interface BenchContext {
  readonly node: NodeMajor;
  readonly peers: {
    /** A package of peers.json by its name, installed into the ignored .cache/bench. */
    readonly load: <T>(name: string) => T;
  };
  /** Starts a Python script of test/bench (PyTorch rows), or gives null where `/usr/bin/python3` has no torch. */
  readonly python: (script: string, args: readonly string[]) => Promise<PeerProcess | null>;
}

/** A process that answers each line with one line of JSON. */
export interface PeerProcess {
  readonly ask: (line: string) => Promise<unknown>;
  readonly dispose: () => void;
}

/** One line of the JSON that `--json` writes. */
export interface Measurement {
  readonly row: string;
  readonly node: NodeMajor;
  readonly threads: number;
  readonly oursMs: number | null;
  readonly peer: string | null;
  readonly peerMs: number | null;
  /** ours / peer, of the medians. */
  readonly ratio: number | null;
  /** Runs of each side. */
  readonly n: number;
  /** Our figure where it is no time. */
  readonly value?: number;
  readonly unit?: string;
  readonly oursMinimumMs?: number;
  readonly peerMinimumMs?: number;
  /** Ratio of the minima: what is left when noise is out. */
  readonly ratioOfMinima?: number;
  /**
   * Ratio of the medians of processor time, where both sides run in this process: what other programs take does not
   * count.
   */
  readonly ratioOfCpu?: number;
  readonly reach?: number;
  readonly must?: number;
  /** Why the row did not run, or what failed. */
  readonly skipped?: string;
  readonly failed?: string;
}
