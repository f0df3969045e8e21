import type { Diagnosis, IncidentView } from "../../services/lib/incident/mod.ts";
import { placeOf } from "../place.ts";
import { KINDS } from "./kinds.ts";
import { pathHere } from "./python.ts";
import { addressOf, type Listener, LISTENERS, type Ports } from "./ports.ts";
import type { ShopScenario, ShopTruth } from "./scenario.ts";

/** A diagnosis as far as it speaks of several services. */
export type ShopDiagnosis = Diagnosis & {
  /** The service at fault; its address where it is nobody's in the catalogue. */
  readonly service_at_fault?: string | null;
  readonly peer?: string | null;
};

/** The first diagnosis of an incident that people were told. */
export interface Told {
  readonly incident: IncidentView;
  readonly diagnosis: ShopDiagnosis;
}

/** What a run left behind. */
export interface ShopEvidence {
  readonly seed: number;
  /** When the trouble began; milliseconds since the epoch. */
  readonly onsetMs: number;
  /** In the order in which they were told. */
  readonly told: readonly Told[];
  /** Incidents at the end of the run. */
  readonly incidents: readonly IncidentView[];
  /** Incidents of which the phone was told. */
  readonly pages: number;
  readonly messages: number;
  readonly ports: Ports;
  /** Where the code of the run is. */
  readonly root: string;
}

/** What one run of a scenario came to. Seconds are those of the run, from the onset of the trouble. */
export interface ShopResult {
  readonly name: string;
  readonly kind: "shop" | "control";
  readonly distance: number | null;
  readonly seed: number;
  readonly control: boolean;
  readonly truth: ShopScenario["truth"];
  readonly diagnosis: ShopDiagnosis | null;
  /** A cause of the right kind. */
  readonly verdict_ok: boolean;
  readonly service_ok: boolean;
  /** The resource, the peer or the instance. */
  readonly place_ok: boolean;
  readonly line_ok: boolean;
  readonly pages_ok: boolean;
  readonly pages: number;
  readonly messages: number;
  readonly seconds: { readonly to_alert: number | null; readonly to_diagnosis: number | null };
  /** Each cause that was told: how sure it was, and whether it was right. */
  readonly causes: readonly { readonly service: string; readonly confidence: number; readonly right: boolean }[];
  readonly claims: number;
  readonly supported_claims: number;
  readonly false_alarm: boolean;
  /** What is wrong with it, in words. */
  readonly wrong: readonly string[];
  /** It could not be run, and why. */
  readonly failed?: string;
}

/** Problems of one diagnosis against one truth. */
interface Problems {
  readonly kind: string[];
  readonly service: string[];
  readonly place: string[];
  readonly line: string[];
}

/** Compares what the agent told with the truth. */
export async function judgeShop(scenario: ShopScenario, evidence: ShopEvidence): Promise<ShopResult> {
  const { told, pages, messages, onsetMs, seed } = evidence;
  const control = scenario.truth === "none";
  const truths = scenario.truth === "none" ? [] : scenario.truth;
  const after = told.filter(({ incident }) => Date.parse(incident.opened_at) >= onsetMs - 1_000);
  const named = told.filter(({ diagnosis }) => diagnosis.verdict === "cause_found");
  const early = named.filter((one) => !after.includes(one));
  const counts = control ? named[0] ?? told[0] : after[0];
  const judged = await Promise.all(
    truths.map((truth) => bestOf(truth, truths.length === 1 ? after.slice(0, 1) : after, evidence)),
  );
  const all = (part: keyof Problems) => judged.flatMap((problems) => problems[part]);
  const wanted = control ? pages : truths.length;
  const pagesWrong = pages === wanted ? [] : [`${pages} pages, not ${wanted}`];
  const controlWrong = control || early.length > 0
    ? (control ? named : early).map(({ incident, diagnosis }) =>
      `${incident.title}: a cause was named where there is none: ${diagnosis.root_cause}`
    )
    : [];
  const causes = await Promise.all(named.map(async ({ incident, diagnosis }) => ({
    service: incident.service,
    confidence: diagnosis.confidence,
    right: (await Promise.all(truths.map((truth) => problemsOf(truth, diagnosis, evidence)))).some(isRight),
  })));
  const first = counts?.incident.alerts.toSorted((a, b) => a.starts_at.localeCompare(b.starts_at))[0];
  const diagnosis = counts?.diagnosis ?? null;
  return {
    name: scenario.name,
    kind: control ? "control" : "shop",
    distance: scenario.distance ?? null,
    seed,
    control,
    truth: scenario.truth,
    diagnosis,
    verdict_ok: all("kind").length === 0 && controlWrong.length === 0,
    service_ok: all("service").length === 0 && controlWrong.length === 0,
    place_ok: all("place").length === 0,
    line_ok: all("line").length === 0,
    pages_ok: pagesWrong.length === 0,
    pages,
    messages,
    seconds: { to_alert: since(first?.starts_at, onsetMs), to_diagnosis: since(diagnosis?.at, onsetMs) },
    causes,
    claims: diagnosis?.claims.length ?? 0,
    supported_claims: diagnosis?.claims.filter(({ verified }) => verified).length ?? 0,
    false_alarm: controlWrong.length > 0,
    wrong: [
      ...new Set([...controlWrong, ...all("service"), ...all("kind"), ...all("place"), ...all("line"), ...pagesWrong]),
    ],
  };
}

/** Whether all of a run is right. */
export function isShopRight(result: ShopResult): boolean {
  const { verdict_ok, service_ok, place_ok, line_ok, pages_ok, failed } = result;
  return verdict_ok && service_ok && place_ok && line_ok && pages_ok && failed === undefined;
}

function since(at: string | undefined, from: number): number | null {
  return at === undefined ? null : Math.round((Date.parse(at) - from) / 10) / 100;
}

function isRight({ kind, service, place, line }: Problems): boolean {
  return kind.length + service.length + place.length + line.length === 0;
}

async function bestOf(truth: ShopTruth, told: readonly Told[], evidence: ShopEvidence): Promise<Problems> {
  const all = await Promise.all(told.map(({ diagnosis }) => problemsOf(truth, diagnosis, evidence)));
  const none = ["there was no diagnosis"];
  return all.find(isRight) ?? all[0] ?? { kind: none, service: none, place: none, line: [] };
}

async function problemsOf(
  truth: ShopTruth,
  diagnosis: ShopDiagnosis,
  { ports, root }: ShopEvidence,
): Promise<Problems> {
  const { verdict, root_cause, category = "", affected_file, line_number } = diagnosis;
  if (verdict !== "cause_found") {
    const none = [`the verdict was ${verdict}: ${root_cause}`];
    return { kind: none, service: none, place: none, line: none };
  }
  const mentions = (name: string) =>
    isListener(name)
      ? root_cause.includes(addressOf(name, ports)) || hasWord(root_cause, name)
      : hasWord(root_cause, name);
  const kind = truth.kind.some((name) =>
    KINDS[name]!.categories.includes(category) || KINDS[name]!.words.test(root_cause)
  );
  const service = truth.service.some((name) => isAtFault(name, diagnosis, ports));
  const { code, instance, place } = truth;
  const instances = diagnosis.instances ?? [];
  const address = instance === undefined ? "" : addressOf(instance as Listener, ports);
  const instanceOk = instance === undefined || (instances.length === 1 && instances[0] === address) ||
    root_cause.includes(address);
  const placed = code === undefined
    ? null
    : await placeOf({ ...code, file: pathHere(code.file), found_by: "stack" }, root).catch(() => null);
  const lineOk = code === undefined
    ? affected_file === null || category !== "code_error"
    : affected_file === placed?.file && line_number === placed.line;
  return {
    kind: kind ? [] : [`the kind was ${category}, not ${truth.kind.join(" or ")}: ${root_cause}`],
    service: service ? [] : [
      `at fault was ${diagnosis.service_at_fault ?? "nobody by name"}, not ${
        truth.service.join(" or ")
      }: ${root_cause}`,
    ],
    place: [
      ...(instanceOk ? [] : [`the instance was ${instances.join(", ") || "none"}, not ${address}`]),
      ...(place === undefined || place.some(mentions) ? [] : [`it does not name ${place.join(" or ")}: ${root_cause}`]),
    ],
    line: lineOk ? [] : [
      `${affected_file === null ? "no file" : `${affected_file}:${line_number}`} was named, not ${
        placed === null ? "no file" : `${placed.file}:${placed.line}`
      }`,
    ],
  };
}

/** Whether a diagnosis finds a service at fault: by its field, or by its first words where there is none. */
function isAtFault(name: string, { service_at_fault: field, root_cause }: ShopDiagnosis, ports: Ports): boolean {
  const address = isListener(name) ? addressOf(name, ports) : name;
  if (field !== undefined && field !== null) return field === name || field === address;
  return root_cause.slice(0, 120).includes(address) || hasWord(root_cause.slice(0, 120), name);
}

function isListener(name: string): name is Listener {
  return (LISTENERS as readonly string[]).includes(name);
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w])`, "i").test(text);
}
