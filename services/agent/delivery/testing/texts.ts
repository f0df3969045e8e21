import type { Alert, IncidentView } from "../../incidents/mod.ts";
import { postmortem } from "../../../lib/postmortem/mod.ts";
import type { Node } from "../jira/adf.ts";
import { ticketDescription, ticketSummary } from "../jira/description.ts";
import { splitMessage } from "../whatsapp/split.ts";
import { messageText } from "../words/render.ts";
import { aDiagnosis, anIncident, aRow } from "./incident.ts";

/** A message as it leaves, with what it is an example of. */
export interface SampleText {
  readonly name: string;
  readonly text: string;
}

const LINKS = { consoleUrl: "https://oncall.example.com" };
const AT = "2026-01-01T12:00:03.000Z";

function alert(labels: Record<string, string>, summary: string, more: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "81d9aa8e049474cb",
    status: "firing",
    starts_at: "2026-01-01T11:58:30.000Z",
    ends_at: null,
    labels,
    annotations: { summary },
    generator_url: "https://prometheus.example.com/graph?g0.expr=x",
    episode: 1,
    ...more,
  };
}

const ERRORS = alert(
  { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" },
  "The inventory fails 79.48% of its requests",
);
const CRASHING = alert(
  {
    alertname: "KubePodCrashLooping",
    namespace: "shop",
    pod: "checkout-6d8bdfd89d-2s44x",
    job: "kube-state-metrics",
    severity: "warning",
  },
  "Pod is crash looping.",
);
const JOINED = alert({ alertname: "CheckoutDown", service: "checkout", severity: "P1" }, "Nobody can pay", {
  episode: 2,
});

const known: IncidentView = anIncident({
  title: "InventoryHighErrorRate: The inventory fails 79.48% of its requests",
  alerts: [ERRORS],
  diagnosis: aDiagnosis({
    root_cause: "`TypeError: Cannot read properties of null (reading 'percent')` is thrown in `unitPrice` at " +
      "services/inventory/pricing.ts:38 when GET /random-endpoint/{trigger} is called. 79 % of all requests fail now.",
    affected_file: "services/inventory/pricing.ts",
    line_number: 38,
    error_rate: 0.789,
  }),
});
const unknown: IncidentView = anIncident({
  title: "KubePodCrashLooping: Pod is crash looping (shop/checkout-6d8bdfd89d-2s44x)",
  service: "shop/checkout",
  severity: "warning",
  alerts: [CRASHING],
  tool_calls: [],
  diagnosis: aDiagnosis({
    verdict: "not_enough_evidence",
    root_cause: "What could be read is too little to name a cause.",
    affected_file: null,
    line_number: null,
    error_rate: null,
    routes: [],
    instances: [],
    missing: ["logs: config/oncall.yaml, as it was when the agent started, names no logs for shop/checkout"],
    suggested_fix: "Look at the pod's events and its last log lines.",
    next_steps: ["kubectl -n shop describe pod checkout-6d8bdfd89d-2s44x"],
  }),
});
const worse: IncidentView = {
  ...known,
  episode: 2,
  alerts: [ERRORS, JOINED],
  diagnosis: { ...unknown.diagnosis!, episode: 2 },
};
const many: IncidentView = {
  ...unknown,
  title: "InstanceDown: Instance 10.0.0.1 is down",
  truncated_alerts: 90,
  alerts: Array.from(
    { length: 10 },
    (_, i) =>
      alert({ alertname: "InstanceDown", instance: `10.0.0.${i}:9100`, job: "node" }, `Instance 10.0.0.${i} is down`),
  ),
};
const over: IncidentView = {
  ...known,
  state: "resolved",
  resolved_at: "2026-01-01T12:04:00.000Z",
  alerts: [{ ...ERRORS, status: "resolved", ends_at: "2026-01-01T12:03:50.000Z" }],
};

/** Every kind of message that leaves the agent, on realistic data. */
export function sampleTexts(): SampleText[] {
  const say = (name: string, view: IncidentView | undefined, kind: string, payload = {}): SampleText => ({
    name,
    text: splitMessage(messageText(aRow({ kind, payload, created_at: AT }), view, LINKS) ?? "(nothing)", "K7QF-3fa1")
      .join("\n---\n"),
  });
  const answer = (topic: string, view = known, more = {}) =>
    say(`answer: ${topic}`, view, "answer", { topic, ...more });
  const similar = [{
    code: "M3XR",
    service: "inventory",
    title: "t",
    opened_at: "2025-12-24T10:00:00Z",
    cause: "The disk was full.",
  }];
  return [
    say("page, cause known", known, "diagnosis"),
    say("page, cause not known", unknown, "diagnosis"),
    say("page, many alerts", many, "diagnosis"),
    say("page, a worse alert joined", worse, "diagnosis"),
    say("page, over before it was diagnosed", over, "diagnosis"),
    say("page, a better diagnosis", known, "diagnosis_revised"),
    say("resolved by itself", over, "resolved", { by_itself: true }),
    say("resolved because traffic stopped", over, "resolved", {
      by_itself: true,
      no_requests_since: "2026-01-01T12:02:30Z",
    }),
    say("resolved after an acknowledgment", over, "resolved", {}),
    say("resolved by a person", over, "resolved", { resolved_by: "+15550000002" }),
    say("resolved, end not delivered", over, "resolved", { by_itself: true, unheard: true }),
    say("more of the same joined", known, "joined", {
      text: "K7QF inventory: 1 more alert: InventoryHighErrorRate inv3.",
    }),
    ...["status", "why", "logs", "help"].map((topic) => answer(topic)),
    answer("status", unknown),
    answer("why", unknown),
    answer("similar", known, { incidents: similar }),
    answer("question", known, { text_asked: "which file is it in?" }),
    answer("question", known, { text_asked: "is the moon full?" }),
    say("storm", undefined, "digest", {
      alerts: 10_000,
      incidents: 90,
      window_ms: 60_000,
      largest: [{ group: "K7QF critical InventoryHighErrorRate", count: 9_000 }],
    }),
    say("heartbeat lost", undefined, "heartbeat_lost", { silent_ms: 900_000 }),
    say("heartbeat back", undefined, "heartbeat_back", { silent_ms: 1_200_000 }),
    say("not delivered", known, "undelivered", {
      channel: "whatsapp",
      kind: "diagnosis",
      reason: "wrong credentials",
      text: "CRITICAL InventoryHighErrorRate",
    }),
    { name: "ticket's summary", text: ticketSummary(known) },
    { name: "ticket's summary, cause not known", text: ticketSummary(unknown) },
  ];
}

/** The documents that leave the agent; they are as long as what they tell. */
export function sampleDocuments(): SampleText[] {
  const ticket = (view: IncidentView) => plain(ticketDescription(view, { publicUrl: LINKS.consoleUrl }));
  return [
    { name: "ticket's description", text: ticket(known) },
    { name: "ticket's description, cause not known", text: ticket(unknown) },
    { name: "postmortem", text: postmortem(over) },
  ];
}

/** A ticket's description as a person reads it: a line for each paragraph, heading and item. */
function plain({ type, text = "", content = [] }: Node): string {
  if (type === "text") return text;
  const isBlock = content.some((node) => node.type !== "text");
  const words = content.map(plain).join(isBlock ? "\n" : "");
  return type === "listItem" ? `- ${words}` : type === "heading" ? `\n${words}` : words;
}
