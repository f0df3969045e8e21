/** A value over time: from `[seconds before now, value]` on, the newest last; null, and before the first one, is nothing. */
export type Curve = number | readonly (readonly [ago: number, value: number | null])[];

/** A recorded situation: what each source would answer, and what is right to conclude from it. */
export interface Recorded {
  readonly name: string;
  readonly alert: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    /** Seconds before now. */
    readonly ago: number;
    readonly resolved?: boolean;
  };
  readonly instances?: readonly RecordedInstance[];
  readonly routes?: readonly RecordedRoute[];
  readonly logs?: readonly RecordedLog[];
  readonly events?: readonly { ago: number; kind: string; text: string; service?: string; port?: number }[];
  readonly alerts?: readonly { labels: Record<string, string>; ago: number }[];
  readonly code?: Readonly<Record<string, string | readonly string[]>>;
  /** What operators wrote. */
  readonly messages?: readonly string[];
  /** Sources that cannot be reached: `prometheus`, `logs`, `manager`, `alertmanager`. */
  readonly away?: readonly string[];
  readonly expect: {
    readonly verdict: string;
    readonly category?: string;
    readonly file?: string | null;
    readonly line?: number | null;
    readonly instances?: readonly string[];
    readonly routes?: readonly string[];
    readonly error_percent?: number | null;
    /** Regular expressions that the root cause, claims, fix and missing list match. */
    readonly says?: readonly string[];
    /** Regular expressions that none of them matches. */
    readonly never?: readonly string[];
  };
}

export interface RecordedInstance {
  readonly name: string;
  readonly instance: string;
  readonly up?: Curve;
  readonly cpu?: Curve;
  readonly memory_mb?: Curve;
  /** Seconds before now at which its process began, each from when it did. */
  readonly starts?: readonly number[];
  /** It exists from and until so many seconds before now. */
  readonly from?: number;
  readonly until?: number;
  /** Instead of the routes' own. */
  readonly error_percent?: Curve;
  readonly p95_ms?: Curve;
  /** Instead of the 95th percentile. */
  readonly mean_ms?: Curve;
  /** Why Prometheus cannot read it now. */
  readonly scrape_error?: string;
}

export interface RecordedRoute {
  readonly route: string;
  /** All instances together; shared evenly among those that are there. */
  readonly rps: Curve;
  readonly error_percent?: Curve;
  readonly p95_ms?: Curve;
  /** Status of answers that are no errors; default 200. */
  readonly status?: string;
  /** Takes part in an instance's own `error_percent` and `p95_ms`; default true. */
  readonly steady?: boolean;
}

export interface RecordedLog {
  readonly message: string;
  readonly level?: string;
  readonly pid?: number;
  /** Seconds before now: first and last entry. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}
