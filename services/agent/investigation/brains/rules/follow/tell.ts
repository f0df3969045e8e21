import { categoryOf, peerText } from "../../../dependencies/mod.ts";
import type { AtFault, Draft, Hop } from "../../../diagnosis.ts";
import type { View } from "../../brain.ts";
import { adviceOn, deedOf, peerName } from "../failure_words.ts";
import { clock, counted, listed, milliseconds, percent, quoted } from "../wording.ts";
import { alertingServices } from "./alerting.ts";
import { certaintyAt, certaintyFrom } from "./certainty.ts";
import type { Cause, Seen, Step } from "./cause.ts";
import type { Look } from "./look.ts";

type Claim = Draft["claims"][number];

/** The draft that names who is at fault, the way from the symptom to it, and who only suffers. */
export function tellCause(cause: Cause, { view, own }: { readonly view: View; readonly own: Draft }): Draft {
  const { path, look, draft, seen } = cause;
  const symptom = view.situation.service!.name;
  const steps = path.map(hopOf);
  const victims = path.map(({ look }) => look.service).filter((name) => name !== cause.name);
  const way = [...victims, cause.name].join(" → ");
  const claims: Claim[] = steps.map(({ text, evidence }) => ({ text, evidence }));
  const last = look === null
    ? []
    : [{ service: cause.name, text: firstSentence(draft!), evidence: evidenceOf(draft!) }];
  const at_fault: AtFault = {
    service: isNamed(cause.name, view) ? cause.name : null,
    peer: peerOf(cause),
    path: [...steps, ...last],
    victims,
  };
  const suffers = `${listed(victims)} only ${victims.length === 1 ? "suffers" : "suffer"}: ${way}.`;
  const seenText = steps.map(({ text }) => text).join(" ");
  const owner = view.situation.services!.find(({ name }) => name === cause.name)?.owner;
  const tell = owner === undefined ? [] : [`Tell ${owner}: ${cause.name} is theirs.`];
  if (look !== null && draft !== null && draft.verdict === "cause_found") {
    // The line that met a call that failed is no place of its cause.
    const sure = certaintyAt(look, draft);
    const place = draft.at_fault === undefined ? {} : { affected_file: null, line_number: null };
    return {
      ...draft,
      ...place,
      ...(sure === undefined ? {} : { certainty: sure }),
      root_cause: `${cause.name} is at fault: ${lowered(draft.root_cause)} ${suffers} ${seenText}`,
      claims: [...draft.claims, ...claims],
      priority: own.priority,
      next_steps: [...tell, ...draft.next_steps].slice(0, 6),
      at_fault,
    };
  }
  const from = seen ?? path.at(-1)!.seen!;
  const name = namedPeer(from);
  const alerting = alertingServices(view).has(cause.name);
  const advice = adviceOn(from.failure, { of: from.by.service, peer: name });
  const since = from.shape.first === null ? "" : ` since ${clock(from.shape.first)}`;
  // A sentence of its own for the count: a name such as `cache` beside a number reads as what was counted.
  const deed = `${deedOf(from.failure, { of: from.by.service, peer: name })}, as seen from ${from.by.service}: ${
    quoted(from.failure.line.replace(/\.$/, ""))
  }.`;
  const often = `${from.by.service} logged that ${counted(from.shape.count, "time")}${since}.`;
  const before = steps.slice(0, -1).map(({ text }) => text).join(" ");
  return {
    ...own,
    verdict: "cause_found",
    certainty: certaintyFrom(from, { cause, alerting }),
    category: categoryOf(from.failure),
    root_cause: [
      deed,
      often,
      victims.length > 1 || victims[0] !== symptom ? suffers : "",
      before,
      unseen(cause, { view, alerting }),
    ].filter(Boolean).join(" "),
    affected_file: null,
    line_number: null,
    suggested_fix: advice.fix,
    next_steps: [...tell, ...advice.steps, ...own.next_steps.filter((step) => /^Runbook: /.test(step))],
    claims: [{ text: deed, evidence: [from.by.signals.logs!.id] }, ...claims, ...own.claims],
    at_fault,
  };
}

/** What one service on the way shows of the next. */
function hopOf({ look, seen }: Step): Hop {
  if (seen !== null) {
    const since = seen.shape.first === null ? "" : ` since ${clock(seen.shape.first)}`;
    const text = `${look.service} logged ${quoted(seen.failure.line)} ${counted(seen.shape.count, "time")}${since}.`;
    return { service: look.service, text, evidence: [look.signals.logs!.id] };
  }
  return measuredHop(look);
}

function measuredHop({ service, signals: { latency, instances, rate } }: Look): Hop {
  const row = latency.rows[0];
  const p95 = row?.latency_p95_ms ?? row?.peak.latency_p95_ms?.value ?? null;
  if (row !== undefined && p95 !== null) {
    const usual = row.before.latency_p95_ms ?? null;
    const before = usual === null || usual > p95 / 1.5 ? "" : `, where ${milliseconds(usual)} were usual`;
    const text = `At ${service} the 95th percentile of the latency is ${milliseconds(p95)}${before}.`;
    return { service, text, evidence: [instances!.id] };
  }
  const now = rate?.result.error_percent ?? null;
  return now === null
    ? { service, text: `${service} shows no reason of its own.`, evidence: [] }
    : { service, text: `At ${service} ${percent(now)} of all requests fail.`, evidence: [rate!.id] };
}

/** A peer by its name in the catalogue and by the address that was called. */
function namedPeer({ node, failure, by }: Seen): string {
  const plain = peerName(failure, { of: by.service });
  if (node === undefined || failure.peer === null) return node?.name ?? plain;
  const address = peerText(failure.peer);
  return node.name === address ? plain : `${node.name} (${address})`;
}

function peerOf({ seen, path, draft }: Cause): string | null {
  const failure = (seen ?? path.at(-1)?.seen)?.failure;
  if (draft?.at_fault?.peer) return draft.at_fault.peer;
  const node = (seen ?? path.at(-1)?.seen)?.node;
  return failure?.peer == null ? node?.name ?? failure?.kind ?? null : peerText(failure.peer);
}

/** Whether config/oncall.yaml has a name for it: it is described, or declared as what another depends on. */
function isNamed(name: string, { situation: { services = [] } }: View): boolean {
  return services.some((service) => service.name === name || service.depends_on.some((one) => one.name === name));
}

/** What is said of the other side where it could not be looked at, or showed nothing. */
function unseen(
  { seen, name }: Cause,
  { view, alerting }: { readonly view: View; readonly alerting: boolean },
): string {
  const described = view.situation.services?.find((service) => service.name === name);
  if (described === undefined) return "Nothing of it could be read: it is not described in config/oncall.yaml.";
  if (alerting) return `An alert of ${name} itself fires.`;
  return seen?.node === undefined ? "" : `What could be read of ${name} itself shows no fault.`;
}

function firstSentence({ root_cause }: Draft): string {
  const plain = root_cause.replaceAll(/`[^`]*`/g, (quotation) => "`".repeat(quotation.length));
  return root_cause.slice(0, /^.{1,300}?[.!?](?=\s|$)/s.exec(plain)?.[0].length ?? 300);
}

function evidenceOf({ claims }: Draft): string[] {
  return [...new Set(claims.flatMap(({ evidence }) => evidence))].slice(0, 4);
}

/** The sentence goes on after a colon; names and quotations keep their letters. */
function lowered(text: string): string {
  return /^[A-Z][a-z]+(?=[\s,])/.test(text) ? `${text[0]!.toLowerCase()}${text.slice(1)}` : text;
}
