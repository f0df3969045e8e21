/** One metric of one service over time; a gap is `NaN`. */
export interface Column {
  /** As the table names it, e.g. `cart_cpu`. */
  readonly name: string;
  readonly service: string;
  readonly metric: string;
  readonly values: Float64Array;
}

/** Metrics sampled at the same times. */
export interface MetricTable {
  /** Seconds, ascending. */
  readonly times: Float64Array;
  readonly columns: readonly Column[];
  /** Names of columns that are no service's metric; a table that was not read from a file has none. */
  readonly leftOut?: readonly string[];
}

/** `caller` sends requests to `callee`. */
export interface Edge {
  readonly caller: string;
  readonly callee: string;
}

/** Facts besides the metrics. */
export interface RankOptions {
  /** When it began, in the table's seconds; up to a minute wrong does no harm. Found when not given. */
  readonly onset?: number;
  readonly edges?: readonly Edge[];
  /** The service in which the trouble was noticed; needs `edges`. */
  readonly symptom?: string;
  /** How many services and columns at most; default 5. */
  readonly top?: number;
}

/** The suspects, the most suspect first. */
export interface Ranking {
  /** Seconds, or null when nothing changes anywhere. */
  readonly onset: number | null;
  /** False when no column changes: then no service is the cause. */
  readonly stands_out: boolean;
  readonly services: readonly {
    readonly service: string;
    readonly score: number;
    readonly because: readonly string[];
  }[];
  readonly columns: readonly { readonly column: string; readonly score: number }[];
}

/** What speaks against a service. */
export interface Suspicion {
  readonly service: string;
  /** Its own resources: CPU, memory, disk. */
  internal: number;
  /** What its callers see: latency, errors. */
  external: number;
  readonly because: string[];
}
