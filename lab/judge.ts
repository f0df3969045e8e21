import type { Diagnosis, IncidentView } from "../services/lib/incident/mod.ts";
import { FLOOR_ALERT } from "./floor.ts";
import { toldAt } from "./observe.ts";
import { placeOf } from "./place.ts";
import type { Scenario, Truth } from "./scenario.ts";

/** What one run of a scenario came to. Seconds are those of the run, from the onset of the trouble. */
export interface Result {
  readonly name: string;
  readonly kind: Scenario["kind"];
  readonly seed: number;
  readonly control: boolean;
  readonly truth: "none" | (Omit<Truth, "code"> & { readonly file: string | null; readonly line: number | null });
  readonly diagnosis: Diagnosis | null;
  readonly verdict_ok: boolean;
  readonly place_ok: boolean;
  readonly line_ok: boolean;
  readonly seconds: {
    readonly to_alert: number | null;
    readonly to_diagnosis: number | null;
    readonly to_message: number | null;
    /** What the error rate's rule itself takes: until the rate crosses its limit, its `for` and the group's wait. */
    readonly floor: number | null;
    /** To the diagnosis beyond that: scrape, evaluation, delivery and investigation. */
    readonly beyond_floor: number | null;
  };
  /** The alert of the incident that counts. */
  readonly alert: string | null;
  readonly brain: string | null;
  readonly tool_calls: number;
  readonly tokens: number;
  readonly claims: number;
  readonly supported_claims: number;
  /** A cause was named where there is none, or before there was one. */
  readonly false_alarm: boolean;
  /** What is wrong with it, in words; empty when nothing is. */
  readonly wrong: readonly string[];
  /** It could not be run, and why. */
  readonly failed?: string;
}

/** What a run left behind. */
export interface Evidence {
  readonly seed: number;
  /** When the trouble began; milliseconds since the epoch. */
  readonly onsetMs: number;
  readonly incidents: readonly IncidentView[];
  /** Names of the instances that ran when the trouble began. */
  readonly instances: readonly string[];
  /** The checkout whose code runs. */
  readonly root: string;
  /** Seconds from the onset before which the error rate's rule can tell nobody; null where it had no reason to. */
  readonly floor?: number | null;
}

/** Compares what the agent said with the truth. */
export async function judge(scenario: Scenario, evidence: Evidence): Promise<Result> {
  const { incidents, onsetMs, seed } = evidence;
  const control = scenario.truth === "none";
  const named = incidents.filter(({ diagnosis }) => diagnosis?.verdict === "cause_found");
  const early = named.filter(({ opened_at }) => Date.parse(opened_at) < onsetMs);
  const counts = control
    ? named[0] ?? incidents.find((incident) => incident.diagnosis !== null)
    : incidents.find((incident) => incident.diagnosis !== null && Date.parse(incident.opened_at) >= onsetMs);
  const diagnosis = counts?.diagnosis ?? null;
  const false_alarm = control ? named.length > 0 : early.length > 0;
  const wrong = early.length > 0 ? [`a cause was named before there was one: ${early[0]!.title}`] : [];
  const truth = scenario.truth === "none" ? "none" as const : await withPlace(scenario.truth, evidence);
  const verdict = truth === "none" ? controlProblems(named) : verdictProblems(truth, diagnosis);
  const place = truth === "none" ? verdict : placeProblems(truth, diagnosis);
  const line = truth === "none" ? verdict : lineProblems(truth, scenario.truth as Truth, diagnosis);
  const since = (at: string | null | undefined) =>
    at === null || at === undefined ? null : Math.round((Date.parse(at) - onsetMs) / 10) / 100;
  const first = counts?.alerts.toSorted((a, b) => a.starts_at.localeCompare(b.starts_at))[0];
  // Another alert may have come first, whose rule waits for something else.
  const floor = first?.labels.alertname === FLOOR_ALERT ? evidence.floor ?? null : null;
  const to_diagnosis = since(diagnosis?.at);
  return {
    name: scenario.name,
    kind: scenario.kind,
    seed,
    control,
    truth,
    diagnosis,
    verdict_ok: verdict.length === 0 && early.length === 0,
    place_ok: place.length === 0,
    line_ok: line.length === 0,
    seconds: {
      to_alert: since(first?.starts_at),
      to_diagnosis,
      to_message: since(counts && toldAt(counts)),
      floor: hundredths(floor),
      beyond_floor: hundredths(floor === null || to_diagnosis === null ? null : to_diagnosis - floor),
    },
    alert: counts?.alerts[0]?.labels.alertname ?? null,
    brain: diagnosis?.brain ?? null,
    tool_calls: counts?.tool_calls.length ?? 0,
    tokens: diagnosis?.tokens ?? 0,
    claims: diagnosis?.claims.length ?? 0,
    supported_claims: diagnosis?.claims.filter(({ verified }) => verified).length ?? 0,
    false_alarm,
    wrong: [...new Set([...wrong, ...verdict, ...place, ...line])],
  };
}

function hundredths(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 100) / 100;
}

type Placed = Exclude<Result["truth"], "none">;

async function withPlace(truth: Truth, { instances, root }: Evidence): Promise<Placed> {
  const { code, ...rest } = truth;
  const place = code === undefined ? null : await placeOf(code, root);
  return {
    ...rest,
    instances: truth.instances ?? [...instances],
    file: place?.file ?? null,
    line: place?.line ?? null,
  };
}

function controlProblems(named: readonly IncidentView[]): string[] {
  return named.map(({ title, diagnosis }) =>
    `${title}: a cause was named where there is none: ${diagnosis!.root_cause}`
  );
}

function verdictProblems({ category }: Placed, diagnosis: Diagnosis | null): string[] {
  if (diagnosis === null) return ["there was no diagnosis"];
  if (diagnosis.verdict !== "cause_found") return [`the verdict was ${diagnosis.verdict}: ${diagnosis.root_cause}`];
  return category.includes(diagnosis.category ?? "")
    ? []
    : [`the kind was ${diagnosis.category}, not ${category.join(" or ")}: ${diagnosis.root_cause}`];
}

function placeProblems(truth: Placed, diagnosis: Diagnosis | null): string[] {
  if (diagnosis === null) return ["no place was named"];
  return [
    ...differs("instances", truth.instances, diagnosis.instances),
    ...differs("routes", truth.routes, diagnosis.routes),
  ];
}

function differs(what: string, wanted: readonly string[] | undefined, said: readonly string[] = []): string[] {
  if (wanted === undefined) return [];
  const same = wanted.length === said.length && wanted.every((name) => said.includes(name));
  return same ? [] : [`${what} were ${said.join(", ") || "none"}, not ${wanted.join(", ") || "none"}`];
}

function lineProblems(placed: Placed, truth: Truth, diagnosis: Diagnosis | null): string[] {
  if (diagnosis === null) return truth.code?.found_by === "stack" ? ["no line was named"] : [];
  const { affected_file: file, line_number: line } = diagnosis;
  // Where no stack tells the place, none needs to be named; a wrong one must not be.
  if (file === null && truth.code?.found_by !== "stack") return [];
  if (file === placed.file && line === placed.line) return [];
  const said = file === null ? "no file" : `${file}:${line}`;
  return [`${said} was named, not ${placed.file === null ? "no file" : `${placed.file}:${placed.line}`}`];
}
