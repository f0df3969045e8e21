import { type Claim, type Diagnosis, redactDeep, type ToolCall } from "../incidents/mod.ts";
import { concludeFrom } from "./brains/rules/rules.ts";
import { errorState, readSignals } from "./signals/mod.ts";
import { checkDraft, type Checked, Evidence, factsOf, sentencesOf } from "./check/mod.ts";
import type { Draft } from "./diagnosis.ts";
import { type Missing, missingFrom, missingText } from "./missing.ts";
import type { Situation } from "./tools/mod.ts";

/** What a diagnosis is made of. */
export interface ConclusionParts {
  readonly draft: Draft;
  readonly brain: "rules" | "openai";
  /** Why a model did not finish; undefined when none was asked or it did. */
  readonly degraded: string | undefined;
  readonly situation: Situation;
  readonly ledger: readonly ToolCall[];
  readonly at: string;
}

/** The diagnosis that a draft leaves after the check: what does not hold is struck out or marked. */
export function conclude({ draft, brain, degraded, situation, ledger, at }: ConclusionParts): Diagnosis {
  const cited = draft.claims.length > 0 ? draft : { ...draft, claims: claimsOf(draft, ledger) };
  const checked = checkDraft(cited, ledger);
  const { kept, claims } = checked;
  const missing = missingFrom(ledger);
  const signals = readSignals(situation, ledger);
  const rate = signals.rate?.result;
  const state = errorState(signals);
  const measured = rate?.error_percent ?? null;
  return redactDeep({
    verdict: kept.verdict,
    root_cause: kept.root_cause || "The cause could not be confirmed by what was measured.",
    affected_file: kept.affected_file,
    line_number: kept.line_number,
    suggested_fix: kept.suggested_fix || "None that the evidence supports.",
    priority: kept.priority,
    next_steps: kept.next_steps,
    confidence: Math.min(
      brain === "rules" || kept.verdict !== "cause_found" || isReasoned(kept.root_cause, ledger) ? 1 : UNREASONED,
      confidenceOf({ verdict: kept.verdict, claims, checked, missing, ledger, certainty: draft.certainty }),
    ),
    brain,
    degraded: degraded !== undefined,
    ...(degraded === undefined ? {} : { degraded_reason: degraded.slice(0, 500) }),
    missing: [...missing.map(missingText), ...(degraded === undefined ? [] : [`model: ${degraded.slice(0, 500)}`])],
    claims,
    episode: situation.episode,
    at,
    category: draft.category ?? (kept.affected_file === null ? "other" : "code_error"),
    error_rate: measured === null ? null : Number((measured / 100).toPrecision(4)),
    instances: draft.instances ??
      (state.active || state.recent ? signals.errors.rows.map((row) => row.name ?? row.instance) : []),
    ...toldOf(draft, situation),
    routes: draft.routes ?? (state.active || state.recent ? signals.failingRoutes.map((row) => row.route) : []),
  });
}

/** Who is at fault, as the diagnosis tells it. */
function toldOf({ at_fault: fault, verdict }: Draft, { service: own, services = [] }: Situation) {
  if (verdict !== "cause_found") return {};
  const { service, peer, path = [], victims = [] } = fault ?? { service: own?.name ?? null, peer: null };
  const guilty = service ?? peer;
  const owner = services.find(({ name }) => name === guilty)?.owner;
  return {
    ...(guilty === null ? {} : { service_at_fault: guilty }),
    ...(owner === undefined ? {} : { owner }),
    ...(peer === null ? {} : { peer }),
    ...(path.length === 0 ? {} : { path }),
    ...(victims.length === 0 ? {} : { victims }),
  };
}

/** Why no part of a diagnosis is reliable; null when some part is. */
export function unsupported(checked: Checked): string | null {
  if (checked.kept.root_cause === "") return "no sentence of its root cause holds";
  if (checked.kept.verdict !== "cause_found") return null;
  if (checked.claims.some((claim) => claim.verified) || checked.placeHolds) return null;
  return checked.claims.length > 0 ? "none of its claims could be verified" : null;
}

/** What speaks against a draft's verdict; null when nothing does. */
export function verdictProblem(draft: Draft, situation: Situation, ledger: readonly ToolCall[]): string | null {
  if (draft.verdict !== "no_fault_found") return null;
  const rules = concludeFrom(readSignals(situation, ledger), { situation });
  if (rules.verdict === "no_fault_found") return null;
  if (rules.verdict === "not_enough_evidence" && rules.category === "unknown") {
    return "no_fault_found needs a measured error rate and logs or instances; they could not be read";
  }
  return `no_fault_found, but: ${sentencesOf(rules.root_cause).slice(0, 2).join(" ")}`;
}

/** Sentences of a root cause that came without claims, each with the entries that confirm it. */
function claimsOf(draft: Draft, ledger: readonly ToolCall[]): Draft["claims"] {
  const evidence = new Evidence(ledger);
  return sentencesOf(draft.root_cause).flatMap((text) => {
    const facts = factsOf(text, evidence);
    if (facts.length === 0) return [];
    const ids = evidence.current.filter((id) => facts.some((fact) => evidence.confirms(fact, [id], facts, text)));
    return ids.length === 0 ? [] : [{ text, evidence: ids.slice(0, 6) }];
  });
}

/** Confidence in a cause of which no sentence holds anything that could be looked up. */
const UNREASONED = 0.3;

/** Whether a sentence of a cause says something that the evidence confirms; that an instance exists is no reason. */
function isReasoned(cause: string, ledger: readonly ToolCall[]): boolean {
  const evidence = new Evidence(ledger);
  return sentencesOf(cause).some((sentence) => {
    const facts = factsOf(sentence, evidence);
    return facts.some((fact) =>
      fact.kind !== "instance" && fact.kind !== "route" && evidence.confirms(fact, evidence.current, facts, sentence)
    );
  });
}

function confidenceOf(
  parts: {
    readonly verdict: Diagnosis["verdict"];
    readonly claims: readonly Claim[];
    readonly checked: Checked;
    readonly missing: readonly Missing[];
    readonly ledger: readonly ToolCall[];
    readonly certainty: number | undefined;
  },
): number {
  const { verdict, claims, checked, missing, ledger } = parts;
  // The same said again is one reason.
  const verified = new Set(claims.filter((claim) => claim.verified).map((claim) => claim.text)).size;
  const { certainty } = parts;
  if (verdict === "not_enough_evidence") return Math.min(0.3, 0.05 * (1 + verified));
  const share = claims.length === 0 ? 0.3 : verified / new Set(claims.map((claim) => claim.text)).size;
  const read = ledger.some((call) => call.ok && call.tool === "fetch_code_from_github");
  const base = verdict === "no_fault_found"
    ? 0.9
    : certainty !== undefined
    ? certainty
    : checked.placeHolds
    ? (read ? 0.97 : 0.92)
    : verified >= 3
    ? 0.8
    : 0.6;
  const essential = missing.filter((one) => one.essential).length;
  const lesser = missing.length - essential;
  // That nothing is wrong cannot be said of what was not seen.
  const seen = verdict === "no_fault_found" && missing.some((one) => one.partial) ? 0.6 : 1;
  return Math.round(seen * base * share * Math.max(0.4, 1 - 0.2 * essential - 0.03 * lesser) * 100) / 100;
}
