import type { Priority, Verdict } from "../../../incidents/mod.ts";
import type { AtFault, Draft } from "../../diagnosis.ts";
import type { InstanceRow } from "../../tools/mod.ts";
import { errorState, type Signals, type Trouble } from "../../signals/mod.ts";
import { clock, cores, counted, listed, megabytes, milliseconds, percent, perSecond, quoted } from "./wording.ts";

/** A draft in the making: sentences of the cause, and claims with the entries that they rest on. */
export class DraftWriter {
  readonly #signals: Signals;
  readonly #severity: string;
  readonly #cause: string[] = [];
  readonly #claims: { text: string; evidence: string[] }[] = [];
  readonly #steps: string[] = [];

  constructor(signals: Signals, severity: string) {
    this.#signals = signals;
    this.#severity = severity;
  }

  /** Adds a sentence to the cause; with evidence it is a claim of its own, too. */
  cause(text: string, ...evidence: (string | undefined)[]): this {
    this.#cause.push(text);
    return evidence.some((id) => id !== undefined) ? this.claim(text, ...evidence) : this;
  }

  /** Adds a claim. */
  claim(text: string, ...evidence: (string | undefined)[]): this {
    const ids = evidence.filter((id) => id !== undefined);
    if (ids.length > 0 && !this.#claims.some((claim) => claim.text === text)) {
      this.#claims.push({ text, evidence: ids });
    }
    return this;
  }

  /** Adds what to do next. */
  step(...texts: (string | null | undefined)[]): this {
    for (const text of texts) if (text && !this.#steps.includes(text)) this.#steps.push(text);
    return this;
  }

  /** How many requests fail, now and at the worst. */
  errorRate(): this {
    const { rate } = this.#signals;
    if (rate === undefined) return this;
    const { error_percent: now, errors_per_second: failing, requests_per_second: all, above_objective: above } =
      rate.result;
    if (now !== null && failing !== null && all !== null) {
      const peak = above !== null && above.peak_percent > now * 1.15 + 1
        ? `, after ${percent(above.peak_percent)} at ${clock(above.peak_at)}`
        : "";
      this.cause(`${percent(now)} of all requests fail now${peak}.`, rate.id);
      if (failing > 0) this.claim(`Of ${perSecond(all)}, ${perSecond(failing, "requests")} fail.`, rate.id);
    }
    if (above !== null) {
      const until = above.until === null ? "" : ` until ${clock(above.until)}`;
      this.claim(
        `The error rate was above ${percent(above.objective_percent)} from ${clock(above.since)}${until}.`,
        rate.id,
      );
    }
    return this;
  }

  /** On which routes. */
  routes(): this {
    const { failingRoutes, routes } = this.#signals;
    for (const row of failingRoutes.slice(0, 2)) {
      if (row.share_of_errors_percent !== null && row.error_percent !== null) {
        this.claim(
          `${row.route} has ${percent(row.share_of_errors_percent)} of the errors; ${
            percent(row.error_percent)
          } of its requests fail.`,
          routes?.id,
        );
      }
    }
    return this;
  }

  /** On which instances, measured by `metric`. */
  instances(trouble: Trouble<InstanceRow>, metric: Exclude<keyof InstanceRow["peak"], never>): this {
    const id = this.#signals.instances?.id;
    const value = (row: InstanceRow) => row[metric] ?? row.peak[metric]?.value ?? null;
    const said = (row: InstanceRow) => {
      const number = value(row);
      return number === null ? null : `${nameOf(row)} ${format(metric, number)}`;
    };
    const troubled = trouble.rows.map(said).filter((text) => text !== null).slice(0, 6);
    if (troubled.length === 0) return this;
    const healthy = trouble.of.filter((row) => !trouble.rows.includes(row)).map(said).filter((text) => text !== null);
    this.#suspect(trouble);
    const others = healthy.length > 0 ? `; the others: ${healthy.slice(0, 4).join(", ")}` : "";
    return this.claim(`${LABELS[metric]}: ${troubled.join(", ")}${others}.`, id);
  }

  /** What the ranking says of the one instance that has the trouble while others are well. */
  #suspect({ rows, of }: Trouble<InstanceRow>): void {
    const [first, second] = this.#signals.suspects?.result.suspects ?? [];
    if (first === undefined || rows.length !== 1 || of.length < 2 || nameOf(rows[0]!) !== first.instance) return;
    if (second !== undefined && (second.score ?? 0) * 2 > (first.score ?? 0)) return;
    this.claim(
      `By its metrics alone ${first.instance} is the most suspect instance: ${first.text.split("; ")[0]}.`,
      this.#signals.suspects!.id,
    );
  }

  /** Instances that were restarted shortly before: often the reason. */
  #restarts(category: string): void {
    const { startedBefore: rows, instances } = this.#signals;
    if (["crash", "memory", "none"].includes(category)) return;
    const said = rows.slice(0, 3).map((row) => `${nameOf(row)} at ${clock(row.last_start?.at ?? row.started_at!)}`);
    if (said.length > 0) this.cause(`Started anew shortly before it began: ${listed(said)}.`, instances!.id);
  }

  /** The finished draft. */
  finish(
    result: {
      readonly verdict: Verdict;
      readonly category: string;
      readonly certainty?: number;
      readonly fix: string;
      readonly file?: string | null;
      readonly line?: number | null;
      readonly instances?: readonly string[];
      readonly routes?: readonly string[];
      readonly at_fault?: AtFault;
    },
  ): Draft {
    this.#restarts(result.category);
    const { rate } = this.#signals;
    const doubt = rate?.result.doubts?.[0];
    if (doubt !== undefined) this.cause(`The numbers may be of a part only: ${quoted(doubt, 300)}.`, rate!.id);
    const runbook = this.#signals.runbook?.result;
    this.step(...(runbook?.check ?? []).slice(0, 2));
    if (runbook?.file) this.step(`Runbook: ${runbook.file}.`);
    return {
      verdict: result.verdict,
      category: result.category,
      ...result.certainty === undefined ? {} : { certainty: result.certainty },
      root_cause: this.#cause.join(" "),
      affected_file: result.file ?? null,
      line_number: result.line ?? null,
      suggested_fix: result.fix,
      priority: priorityOf(result.verdict, this.#severity, this.#signals),
      next_steps: this.#steps.slice(0, 6),
      claims: this.#claims,
      instances: inOrder(result.instances ?? []),
      routes: result.routes ?? [],
      ...(result.at_fault === undefined ? {} : { at_fault: result.at_fault }),
    };
  }
}

/** What people call an instance. */
export function nameOf(row: InstanceRow): string {
  return row.name ?? row.instance;
}

/** `inv2` before `inv10`. */
export function inOrder(names: readonly string[]): string[] {
  return [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** `on inv1 alone` or `on all 3 instances alike`; empty when nothing is known of it. */
export function where(trouble: Trouble<InstanceRow>): string {
  const { rows, of } = trouble;
  if (rows.length === 0 || of.length === 0) return "";
  const names = inOrder(rows.map(nameOf));
  if (of.length === 1) return ` on ${names[0]}, the only instance`;
  if (rows.length === of.length) return ` on all ${counted(of.length, "instance")} alike (${listed(names)})`;
  return rows.length === 1 ? ` on ${names[0]} alone` : ` on ${listed(names)} of ${counted(of.length, "instance")}`;
}

const LABELS = {
  error_percent: "Failing requests by instance",
  latency_p95_ms: "95th percentile of the latency by instance",
  cpu_cores: "Processor by instance",
  memory_mb: "Memory by instance",
} as const;

function format(metric: keyof typeof LABELS, value: number): string {
  return { error_percent: percent, latency_p95_ms: milliseconds, cpu_cores: cores, memory_mb: megabytes }[metric](
    value,
  );
}

function priorityOf(verdict: Verdict, severity: string, signals: Signals): Priority {
  if (verdict === "no_fault_found") return "low";
  const state = errorState(signals);
  const serious = /^(critical|page|high)$/i.test(severity);
  if (!serious) return /^(warning|medium)$/i.test(severity) ? "medium" : "low";
  return state.active || signals.crashed.some((entry) => entry.down) || !state.known ? "critical" : "high";
}
