import type * as v from "valibot";
import {
  accountChangeSchema,
  changeSchema,
  faultBody,
  incidentsQuery,
  messageSchema,
  newAccountSchema,
  newTokenSchema,
  replaySchema,
  scaleBody,
  trafficBody,
  webhookSchema,
} from "../../services/agent/mod.ts";
import { VERSION } from "../../services/lib/configuration/mod.ts";
import { faultSchema, itemSchema, tailSchema } from "../../services/inventory/mod.ts";
import { faultRequest, requestSchemas } from "../../services/manager/mod.ts";
import { incidentSample } from "./incident_sample.ts";

/** Description of one route. */
export interface RouteWords {
  /** What it does and answers, in sentences. */
  readonly does: string;
  readonly body?: v.GenericSchema;
  readonly query?: v.GenericSchema;
  /** Shown as JSON. */
  readonly answers?: unknown;
}

const manager = requestSchemas(8001, 8010);
const METRICS: RouteWords = { does: "Prometheus' text format; see [metrics](metrics.md)." };
const ADMINISTER = "It takes the role `administer`.";
const ACCOUNT = {
  name: "anna",
  role: "act",
  sign_in: ["password"],
  phone: "+491701234567",
  created_at: "2026-01-01T12:00:00.000Z",
  disabled_at: null,
};
const CREDENTIAL = {
  id: "01JX…",
  kind: "token",
  label: "laptop",
  role: "see",
  created_at: "2026-01-01T12:00:00.000Z",
  expires_at: "2026-04-01T12:00:00.000Z",
  used_at: null,
  current: false,
};
const ANY_ID = "`{id}` is an incident's id or its code.";

/** Descriptions of every route of every server, by executable and then `METHOD path`. */
export const apiWords: Readonly<Record<string, Readonly<Record<string, RouteWords>>>> = {
  "oncall-manager": {
    "POST /start": {
      does: "Starts one instance, on `port` or the next free one; answers once it is healthy. 409 `port_taken` or " +
        "`no_free_port`, 500 `start_failed`.",
      body: manager.startRequest,
      answers: { ok: true, port: 8001, url: "http://127.0.0.1:8001" },
    },
    "POST /stop": {
      does: "Drains and stops the instance with that `port` or `pid` (one of the two). 404 `unknown_instance`.",
      body: manager.stopRequest,
      answers: { ok: true, stopped_port: 8001 },
    },
    "POST /scale": {
      does:
        "Starts or stops instances, the highest port first, until `replicas` run. The upper limit is the size of the " +
        "port range (`PM_BASE_PORT` to `PM_MAX_PORT`). 400 beyond it, 409 `no_free_port`.",
      body: manager.scaleRequest,
      answers: { ok: true, started: [8003], stopped: [], replicas: 3 },
    },
    "GET /instances": {
      does:
        "Every instance. `status` is `running`, `starting`, `draining`, `exited(code)` or `crash_looping`; `pid` is " +
        "null while no process runs.",
      answers: {
        instances: [{
          port: 8001,
          pid: 4711,
          service: "inv1",
          started_at: "2026-01-01T12:00:00.000Z",
          status: "running",
          url: "http://127.0.0.1:8001",
          restarts: 0,
          healthy: true,
          version: VERSION,
        }],
      },
    },
    "GET /backends": {
      does: "The instances that can take traffic now.",
      answers: { backends: ["http://127.0.0.1:8001"] },
    },
    "GET /events": {
      does: "What happened to instances, oldest first: started, stopped, exited, restarted, scaled, …; faults are " +
        "never among them.",
      query: manager.eventsQuery,
      answers: {
        events: [{ at: "2026-01-01T12:00:00.000Z", kind: "instance_started", text: "…", service: "inv1", port: 8001 }],
      },
    },
    "POST /fault": {
      does: "Sets the fault on every running instance, or on those on `ports`, through its `POST /faults`. 404 " +
        "`unknown_instance`, 409 `no_instances`, 502 `fault_not_set` with the response of each instance.",
      body: faultRequest,
      answers: { ok: true, results: { "8001": { status: 200 } } },
    },
    "GET /healthz": {
      does: "Alive.",
      answers: { ok: true, name: "oncall-manager", version: VERSION, pid: 4700, instances: 2 },
    },
    "GET /metrics": METRICS,
  },
  "oncall-inventory": {
    "GET /items/{id}": {
      does: "An item. 404 `item_not_found`.",
      answers: { id: "7", name: "bolt", price: 0.2, manufacturer: "Acme" },
    },
    "PUT /items/{id}": {
      does: "Creates or replaces an item; every instance reads it at once. 422 `invalid_input` with the field's name.",
      body: itemSchema,
      answers: { id: "7", name: "bolt", price: 0.2, manufacturer: "Acme" },
    },
    "GET /random-endpoint": { does: "Runs into a real bug after some work: always 500." },
    "GET /random-endpoint/{trigger}": { does: "`error` runs into the same bug; most other words answer 200." },
    "POST /faults": {
      does:
        "Sets how this instance misbehaves on its business routes (never on `/healthz`, `/metrics`, `/logs/tail`, " +
        "`/faults`); answers the current fault.",
      body: faultSchema,
      answers: { mode: "latency", latency_ms: 500 },
    },
    "GET /logs/tail": {
      does:
        "The newest entries of the error log that all instances share, newest last, with stack traces inside their entries.",
      query: tailSchema,
      answers: {
        entries: [{ timestamp: "2026-01-01 12:00:00,123", pid: 4711, level: "ERROR", message: "…" }],
        count: 1,
      },
    },
    "GET /healthz": {
      does: "Alive.",
      answers: {
        ok: true,
        name: "oncall-inventory",
        version: VERSION,
        pid: 4711,
        service: "inv1",
        port: 8001,
        started_at: "2026-01-01T12:00:00.000Z",
      },
    },
    "GET /metrics": METRICS,
  },
  "oncall-lb": {
    "GET /healthz": {
      does:
        "Alive, which backends take requests, and which are ejected and why. Every other path and method goes to a backend, " +
        "whose answer gets `X-LB-Backend: host:port`; without a backend, 502 `upstream_unavailable` with `tried`, and if " +
        "it is too slow, 504 `upstream_timeout`.",
      answers: {
        ok: true,
        name: "oncall-lb",
        version: VERSION,
        pid: 4720,
        backends: ["http://127.0.0.1:8001"],
        out: [],
      },
    },
    "GET /metrics": METRICS,
  },
  "oncall-agent": {
    "POST /alerts": {
      does:
        "Alerts: Alertmanager's webhook in any of its versions, as Grafana, Mimir and vmalert send it too, or any JSON that " +
        "names one ([who may send alerts](../senders.md)). 200 once everything is durable; 503 (with " +
        "`Retry-After`) for failures that Alertmanager should retry; 4xx only where " +
        "it describes no alert, which is reported to a person. With `ALERT_TOKEN`, a bearer token is required (401). At most 4 MB (413 `too_large`).",
      body: webhookSchema,
      answers: { ok: true, outcome: "opened", incident: "VQ5X" },
    },
    "POST /changes": {
      does:
        "A change that a diagnosis may name: a deployment, a migration, a flag. One, or a list of at most 100, of services of " +
        "`config/oncall.yaml` (422 `unknown_service`), `*` for all. With a token on a connection of kind webhook, that is required " +
        "as a bearer token (401); else the rules of `POST /alerts` hold.",
      body: changeSchema,
      answers: { ok: true, noted: 1 },
    },
    "POST /webhook/twilio": {
      does:
        "Twilio's callback for an incoming WhatsApp message, form-encoded. Its signature is checked over `PUBLIC_URL` + " +
        "path + query: 403 `bad_signature`. A number that `USER_WHATSAPP_NUMBER` does not list is ignored. Answers empty " +
        "TwiML; the reply is sent as a message. 503 `not_configured` without `TWILIO_AUTH_TOKEN` and `PUBLIC_URL`.",
    },
    "POST /webhook/twilio/status": {
      does: "Twilio's callback for the status of a sent message; signed in the same way. Twilio gets this " +
        "address with each message.",
    },
    "GET /api/services": {
      does:
        "The services that the agent watches, in the catalog's order: each with the PromQL of its requests per second " +
        "and of those that failed, null where its entry has none.",
      answers: { services: [{ name: "inventory", requests: "sum(rate(…))", errors: "sum(rate(…))" }] },
    },
    "GET /api/graph": {
      does:
        "Who calls whom, as `config/oncall.yaml` declares it and as Prometheus' client and mesh metrics tell it; asked anew after " +
        "15 s. `described` services have an entry; `origins` says how an edge is known, `last_seen` is null where it is only " +
        "declared. `missing` says what could not be asked.",
      answers: {
        at: "2026-01-02T15:04:05.000Z",
        nodes: [{
          name: "orders",
          described: true,
          kind: "service",
          owner: "order team",
          addresses: ["10.0.0.4:8080"],
        }],
        edges: [{
          from: "orders",
          to: "payments",
          origins: [{ origin: "client metrics", last_seen: "2026-01-02T15:04:05Z" }],
        }],
        missing: [],
      },
    },
    "GET /api/incidents": {
      does:
        "Incidents, newest first, each without `timeline`, `tool_calls`, `notifications`, `messages` and `tickets` and " +
        "with at most twenty alerts. `next` is the `cursor` of the next page, null on the last one. With `order=open_first` those that " +
        "are not resolved come first, the newest episode before older ones.",
      query: incidentsQuery,
      answers: { incidents: ["…"], next: null },
    },
    "GET /api/incidents/{id}": {
      does:
        `One incident with all details. ${ANY_ID} 404 \`not_found\`. Times are RFC 3339 in UTC. \`state\` is \`open\`, ` +
        "`investigating`, `diagnosed` or `resolved`; `verdict` is `cause_found`, `not_enough_evidence` or `no_fault_found`. " +
        "Calls of the same step ran in parallel. `diagnosis` is null until there is one.",
      answers: incidentSample,
    },
    "POST /api/incidents/{id}/messages": {
      does:
        `An operator's message, as a reply on the phone would be. ${ANY_ID} 202 with what was understood, what could be ` +
        "answered at once, and whether that was `done`; later answers join the incident's `messages`, and what comes of " +
        "an action is in its `notifications`, under this `message_id`. The body must be `application/json` (415).",
      body: messageSchema,
      answers: { ok: true, message_id: "…", repeated: false, understood: ["ack"], replies: ["…"], done: true },
    },
    "GET /api/on-call": {
      does:
        "Who is on call now on each schedule, the next shifts, and the times of the next two weeks without anybody.",
      answers: {
        schedules: [{
          schedule: "primary",
          now: { person: "Anna Berg", from: "2026-01-05T08:00:00Z", to: "2026-01-12T08:00:00Z" },
          next: [{ person: "ravi", from: "2026-01-12T08:00:00Z", to: "2026-01-19T08:00:00Z" }],
          gaps: [],
        }],
      },
    },
    "GET /api/schedules/{file}": {
      does: "A schedule's next 90 days as an iCalendar file, `{file}` being `<name>.ics`.",
    },
    "GET /api/me": {
      does: "Whom the request is from: an account's name, `token` or `local`, and the role that counts for it.",
      answers: { name: "anna", role: "act" },
    },
    "GET /api/me/credentials": {
      does:
        "What opens one's own account: sessions and tokens, without their secrets. 403 `forbidden` without an account.",
      answers: { credentials: [CREDENTIAL] },
    },
    "POST /api/me/tokens": {
      does: "A token of one's own for the command line, in at most one's own role; shown this once. 403 `forbidden`.",
      body: newTokenSchema,
      answers: { token: "oncall_pat_…" },
    },
    "DELETE /api/me/credentials/{id}": { does: "Ends a session or a token of one's own.", answers: { ok: true } },
    "GET /api/accounts": {
      does: `Everybody who has an account. ${ADMINISTER}`,
      answers: { accounts: [ACCOUNT] },
    },
    "POST /api/accounts": {
      does: `Adds somebody. 201; 409 \`taken\`. ${ADMINISTER}`,
      body: newAccountSchema,
      answers: ACCOUNT,
    },
    "PATCH /api/accounts/{name}": {
      does:
        "Changes somebody; a new password and `disabled` end what opened the account. 403 `forbidden` for the last " +
        `who may administer. ${ADMINISTER}`,
      body: accountChangeSchema,
      answers: ACCOUNT,
    },
    "GET /api/accounts/{name}/credentials": {
      does: `What opens somebody's account. ${ADMINISTER}`,
      answers: { credentials: [CREDENTIAL] },
    },
    "DELETE /api/accounts/{name}/credentials/{id}": {
      does: `Ends somebody's session or token. ${ADMINISTER}`,
      answers: { ok: true },
    },
    "GET /api/audit": {
      does: "The audit trail as JSON lines, oldest first, after entry `after`, at most `limit` (1000). Each " +
        `entry holds the hash of the one before. ${ADMINISTER}`,
      answers: {
        seq: 1,
        at: "2026-01-01T12:00:00.000Z",
        by: "anna",
        action: "message",
        target: "VQ5X",
        details: { text: "ack" },
        previous: "00…",
        hash: "9f…",
      },
    },
    "POST /api/incidents/{id}/replay": {
      does:
        `Repeats the investigation on its recorded results; nothing is fetched and nothing is stored. ${ANY_ID} 404 ` +
        "`incident_not_found`, 409 `not_diagnosed` or `no_model`.",
      body: replaySchema,
      answers: {
        incident: "VQ5X",
        episode: 1,
        recorded: "a diagnosis",
        replayed: "a diagnosis",
        differences: [{ field: "confidence", recorded: 0.97, replayed: 0.9 }],
        calls: [{ tool: "fetch_logs", arguments: { seconds: 300 }, answered_by: "E2" }],
        tokens: 0,
      },
    },
    "GET /api/events": {
      does: 'Server-sent events: `incident` with `{"id": …}` when an incident changed, `agent` when the queue or the ' +
        "outbox did. Changes within 0.1 s are one event; read the API for the change itself. At most 256 listeners (503).",
    },
    "GET /api/doctor": {
      does: "Checks each integration with real, read-only requests, for at most 8 s. `state` is `ok`, `failed` or " +
        "`skipped` (not configured); `ok` is true when none has failed.",
      answers: { ok: true, checks: [{ name: "Prometheus", state: "ok", text: "it answers; 5 of 5 targets are up" }] },
    },
    "POST /api/lab/fault": {
      does:
        "Sets a fault through the manager, on every instance or on the one on `port`; `none` ends it. The lab's routes " +
        "are there only with `CONSOLE_LAB`.",
      body: faultBody,
      answers: { ok: true, message: "Fault set." },
    },
    "POST /api/lab/scale": {
      does: "Scales through the manager.",
      body: scaleBody,
      answers: { ok: true, message: "3 instances run now." },
    },
    "POST /api/lab/traffic": {
      does: "Sends traffic to the balancer from the agent itself; 202 at once. 409 `traffic_under_way`.",
      body: trafficBody,
      answers: { ok: true, message: "Traffic started." },
    },
    "POST /api/lab/traffic/stop": {
      does: "Ends that traffic. 409 `no_traffic`.",
      answers: { ok: true, message: "Traffic stopped." },
    },
    "GET /healthz": {
      does: "Alive, and the contents of the store: channels, the heartbeat, work, outbox and incidents " +
        "by state.",
      answers: {
        ok: true,
        name: "oncall-agent",
        version: VERSION,
        pid: 4730,
        channels: ["log", "whatsapp"],
        heartbeat: { last_at: "2026-01-01T12:00:00.000Z", lost_at: null },
        work: { queued: 0, running: 0, oldest_seconds: 0 },
        outbox: { sent: 4 },
        incidents: { resolved: 2 },
      },
    },
    "GET /metrics": METRICS,
  },
};
