import assert from "node:assert/strict";
import { FAKE_JIRA, type FakeJira, startFakeJira } from "../../../tests/testing/fake_jira.ts";
import { FAKE_ACCOUNT, type FakeTwilio, startFakeTwilio } from "../../../tests/testing/fake_twilio.ts";
import { readSettings } from "../../lib/configuration/mod.ts";
import { INSTANCE } from "../../lib/lifecycle/mod.ts";
import { deliverySettings } from "../delivery/mod.ts";
import { type IncidentView, openStore, type Store } from "../incidents/mod.ts";
import { investigationSettings } from "../investigation/mod.ts";
import { modelSettings } from "../model/mod.ts";
import { doctorRoutes, type Report } from "./mod.ts";

/** Alertmanager's status where its alerts go to this address. */
function sendsTo(url: string): () => Response {
  const original = `route: {receiver: agent}\nreceivers: [{name: agent, webhook_configs: [{url: "${url}"}]}]\n`;
  return () => Response.json({ config: { original }, versionInfo: { version: "0.25.0" } });
}

/** Answers of the parts that are plain GETs, by path. */
function parts(): Record<string, (request: Request) => Response> {
  return {
    "/prom/api/v1/query": () =>
      Response.json({ status: "success", data: { result: [{ value: [0, "1"] }, { value: [0, "0"] }] } }),
    "/prom/api/v1/alertmanagers": () =>
      Response.json({
        status: "success",
        data: { activeAlertmanagers: [{ url: "http://127.0.0.1:9093/api/v2/alerts" }] },
      }),
    "/lb/logs/tail": () => Response.json({ entries: [], count: 0 }),
    "/pm/healthz": () => Response.json({ ok: true, name: "oncall-manager" }),
    "/github/repos/acme/shop": () => Response.json({ full_name: "acme/shop" }),
    "/openai/models": () => Response.json({ data: [{ id: "gpt-4o-mini" }] }),
    "/public/healthz": () => Response.json({ ok: true, name: "oncall-agent", instance_id: INSTANCE }),
    "/other/healthz": () => Response.json({ ok: true, name: "oncall-agent", instance_id: crypto.randomUUID() }),
  };
}

interface Patient {
  readonly parts: Record<string, (request: Request) => Response>;
  readonly twilio: FakeTwilio;
  readonly jira: FakeJira;
  readonly env: Record<string, string | undefined>;
  /** Where all of it is reached. */
  readonly url: string;
  readonly store: Store;
  readonly heartbeat: { last_at: string | null; lost_at: string | null; heard: boolean };
}

async function examine(change: (patient: Patient) => void): Promise<Report> {
  const twilio = startFakeTwilio();
  const jira = startFakeJira();
  const answers = parts();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const answer = answers[new URL(request.url).pathname];
    return answer === undefined ? new Response("nothing here", { status: 404 }) : answer(request);
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  answers["/am/api/v2/status"] = sendsTo(`${url}/public/alerts`);
  const store = await openStore("sqlite::memory:", { now: () => new Date() });
  const env: Record<string, string | undefined> = {
    PROM_URL: `${url}/prom`,
    LB_URL: `${url}/lb`,
    PM_URL: `${url}/pm`,
    ALERTMANAGER_URL: `${url}/am`,
    PUBLIC_URL: `${url}/public`,
    GITHUB_API_URL: `${url}/github`,
    GITHUB_OWNER: "acme",
    GITHUB_REPO: "shop",
    GITHUB_TOKEN: "ghp_test",
    OPENAI_BASE_URL: `${url}/openai`,
    OPENAI_API_KEY: "sk-test",
    TWILIO_BASE_URL: twilio.url,
    TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
    TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
    TWILIO_CONTENT_SID: `HX${"a".repeat(32)}`,
    USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
    JIRA_URL: jira.url,
    JIRA_EMAIL: FAKE_JIRA.email,
    JIRA_API_TOKEN: FAKE_JIRA.apiToken,
    JIRA_PROJECT_KEY: FAKE_JIRA.project,
  };
  const heartbeat = { last_at: "2026-01-01T12:00:00.000Z" as string | null, lost_at: null, heard: true };
  change({ parts: answers, twilio, jira, env, url, store, heartbeat });
  const settings = readSettings({ name: "test", summary: "" }, {
    ...investigationSettings,
    ...modelSettings,
    ...deliverySettings,
  }, {
    args: [],
    env: (name) => env[name],
    dotEnv: {},
  });
  try {
    const state = { state: heartbeat, heard: heartbeat.heard };
    const response = await doctorRoutes({ store, settings, heartbeat: state, pagers: ["whatsapp"] }).request(
      "/api/doctor",
    );
    return await response.json();
  } finally {
    await Promise.all([server.shutdown(), twilio.stop(), jira.stop(), store.close()]);
  }
}

Deno.test("GET /api/doctor finds nothing wrong where all is well, and changes nothing", async () => {
  let patient: Patient | undefined;
  const report = await examine((p) => void (patient = p));
  // The agent's own log is a file only where it is started with one.
  const ofServices = report.checks.filter(({ text }) => !/\boncall\b/.test(text));
  assert.deepEqual(ofServices.filter((check) => check.state !== "ok").map((check) => check.name), ["Last page"]);
  assert.equal(report.ok, true);
  assert.deepEqual(ofServices.map((check) => check.name), [
    "Prometheus",
    "Alerting",
    "Metrics",
    "Logs",
    "Manager",
    "Code",
    "Model",
    "WhatsApp",
    "Replies",
    "Jira",
    "Alertmanager",
    "Last page",
    "Heartbeat",
    "Store",
  ]);
  assert.ok(patient!.jira.requests.every((request) => request.startsWith("GET ")));
  assert.deepEqual([patient!.twilio.messages, patient!.jira.issues], [[], []]);
});

Deno.test("GET /api/doctor finds nothing wrong with a Prometheus that has just been started, and does a minute later", async () => {
  const startedAgo = (ms: number) =>
    examine(({ parts }) => {
      parts["/prom/api/v1/query"] = json({ data: { result: [] } });
      parts["/prom/api/v1/alertmanagers"] = json({ data: { activeAlertmanagers: [] } });
      parts["/prom/api/v1/status/runtimeinfo"] = json({
        data: { startTime: new Date(Date.now() - ms).toISOString() },
      });
    });
  const young = await startedAgo(4_000);
  assert.deepEqual([young.ok, ...young.checks.slice(0, 2).map((check) => check.state)], [true, "skipped", "skipped"]);
  assert.match(young.checks[0]!.text, /started \d+ s ago and has scraped nothing yet/);
  const old = await startedAgo(60_000);
  assert.deepEqual([old.ok, ...old.checks.slice(0, 2).map((check) => check.state)], [false, "failed", "failed"]);
});

/** What the agent's description of its services says, and what the doctor says of it. */
async function described(services: readonly unknown[], change: (p: Patient) => void = () => {}) {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(file, JSON.stringify({ services }));
  try {
    const report = await examine((p) => {
      p.env.ONCALL_CONFIG = file;
      change(p);
    });
    const said = report.checks.filter(({ name }) => ["Metrics", "Logs", "Manager"].includes(name));
    return said.map(({ name, state, text }) => `${state} ${name} ${text.replaceAll(file, "FILE")}`);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("GET /api/doctor looks at each service's own metrics and logs, and only at what a service names", async () => {
  const shop = {
    name: "shop",
    match: [{ service: "shop" }],
    metrics: { selector: 'job="shopp"', requests: { metric: "shop_requests_total", selector: 'side="server"' } },
    logs: { source: "file", path: "logs/nothing-here.log" },
  };
  const away = ({ env, parts }: Patient) => {
    env.LB_URL = env.PM_URL = CLOSED;
    parts["/prom/api/v1/query"] = (request) => {
      const query = new URL(request.url).searchParams.get("query")!;
      return Response.json({ data: { result: query === "up" ? [{ value: [0, "1"] }] : [] } });
    };
  };
  assert.deepEqual(await described([shop, { name: "cart", match: [{ service: "cart" }] }], away), [
    'failed Metrics shop: Prometheus has no series shop_requests_total{job="shopp",side="server"}: check its selector ' +
    "and metrics in FILE, the scrape job, and that it has had a request",
    "skipped Metrics FILE has no metrics for cart",
    "failed Logs shop: log logs/nothing-here.log: there is no such file; check its logs.path in FILE",
    "skipped Logs FILE has no logs for cart",
    "skipped Manager no service uses it (changes: manager)",
  ]);
  const young = (patient: Patient) => {
    away(patient);
    patient.parts["/prom/api/v1/status/runtimeinfo"] = json({ data: { startTime: new Date().toISOString() } });
  };
  assert.match((await described([shop], young))[0]!, /^skipped Metrics shop: Prometheus has no .* yet; ask again/);
  const mended = { ...shop, logs: { source: "file", path: "README.md" } };
  assert.deepEqual((await described([mended])).slice(0, 2), [
    'ok Metrics shop: Prometheus has shop_requests_total{job="shopp",side="server"}, 1 series',
    "ok Logs shop: README.md can be read",
  ]);
  const optional = { ...shop, logs: { ...shop.logs, optional: true } };
  assert.equal(
    (await described([optional]))[1],
    "skipped Logs shop: no logs/nothing-here.log, which is optional",
  );
  const loki = { ...shop, logs: { source: "loki", url: CLOSED, query: '{app="shop"}' } };
  assert.match(
    (await described([loki]))[1]!,
    /^failed Logs shop: Loki at http:\/\/127\.0\.0\.1:1 cannot be reached: .*; check its logs\.url and logs\.query in FILE$/,
  );
});

const json = (body: unknown) => () => Response.json(body);
const status = (code: number) => () => Response.json({ message: "no" }, { status: code });
const CLOSED = "http://127.0.0.1:1";

/** What is broken, which check says so, and what it says to do. */
const BROKEN: Readonly<Record<string, [change: (p: Patient) => void, check: string, says: RegExp]>> = {
  "Prometheus is away": [(p) => p.env.PROM_URL = CLOSED, "Prometheus", /no answer: .*start it, or set PROM_URL/],
  "something else answers for Prometheus": [
    (p) => p.parts["/prom/api/v1/query"] = json({}),
    "Prometheus",
    /is not a Prometheus/,
  ],
  "Prometheus scrapes nothing": [
    (p) => p.parts["/prom/api/v1/query"] = json({ data: { result: [] } }),
    "Prometheus",
    /scrapes nothing: check its scrape_configs/,
  ],
  "Prometheus knows no Alertmanager": [
    (p) => p.parts["/prom/api/v1/alertmanagers"] = json({ data: { activeAlertmanagers: [] } }),
    "Alerting",
    /knows no Alertmanager/,
  ],
  "the balancer is away": [(p) => p.env.LB_URL = CLOSED, "Logs", /start it, or set LB_URL/],
  "the logs are something else": [
    (p) => p.parts["/lb/logs/tail"] = json([]),
    "Logs",
    /does not answer with log entries/,
  ],
  "the manager is away": [(p) => p.env.PM_URL = CLOSED, "Manager", /start it, or set PM_URL/],
  "GitHub's token is wrong": [
    (p) => p.parts["/github/repos/acme/shop"] = status(401),
    "Code",
    /does not accept GITHUB_TOKEN/,
  ],
  "GitHub's token lacks a right": [(p) => p.parts["/github/repos/acme/shop"] = status(403), "Code", /lacks the right/],
  "GitHub's repository is not there": [
    (p) => p.env.GITHUB_REPO = "nothing",
    "Code",
    /no repository acme\/nothing to this token/,
  ],
  "the checkout is not there": [
    (p) => p.env.CODE_ROOT = "no/such/folder",
    "Code",
    /CODE_ROOT no\/such\/folder cannot be read/,
  ],
  "the model's key is wrong": [
    (p) => p.parts["/openai/models"] = status(401),
    "Model",
    /does not accept OPENAI_API_KEY/,
  ],
  "the model's base URL leads elsewhere": [
    (p) => p.parts["/openai/models"] = json({ hello: "world" }),
    "Model",
    /lists no models \(http.*\/openai\/models\): check OPENAI_BASE_URL/,
  ],
  "the model's base URL leads nowhere": [
    (p) => p.env.OPENAI_BASE_URL = `${p.url}/nothing`,
    "Model",
    /it answered 404 \(http.*\/nothing\/models\): check OPENAI_BASE_URL/,
  ],
  "the model is not there": [(p) => p.env.OPENAI_MODEL = "gpt-9", "Model", /has no model gpt-9: check OPENAI_MODEL/],
  "Twilio's token is wrong": [
    (p) => p.env.TWILIO_AUTH_TOKEN = "wrong-token",
    "WhatsApp",
    /401.*check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN/,
  ],
  "Twilio's account is another": [
    (p) => p.env.TWILIO_ACCOUNT_SID = `AC${"f".repeat(32)}`,
    "WhatsApp",
    /404.*check TWILIO_ACCOUNT_SID/,
  ],
  "Twilio is away": [(p) => p.env.TWILIO_BASE_URL = CLOSED, "WhatsApp", /cannot be asked at http:\/\/127\.0\.0\.1:1/],
  "our number is no WhatsApp sender": [
    (p) => lastMessage(p, 63007),
    "WhatsApp",
    /63007\): TWILIO_WHATSAPP_NUMBER is no WhatsApp sender/,
  ],
  "the 24-hour window is closed": [(p) => lastMessage(p, 63016), "WhatsApp", /63016\): .*TWILIO_CONTENT_SID/],
  "PUBLIC_URL leads nowhere": [(p) => p.env.PUBLIC_URL = CLOSED, "Replies", /cannot be reached from here/],
  "PUBLIC_URL leads elsewhere": [
    (p) => p.env.PUBLIC_URL = `${p.url}/other`,
    "Replies",
    /leads to something else than this agent/,
  ],
  "nobody may give orders": [(p) => p.env.USER_WHATSAPP_NUMBER = undefined, "Replies", /set USER_WHATSAPP_NUMBER/],
  "Jira's token is wrong": [(p) => p.env.JIRA_API_TOKEN = "wrong", "Jira", /401.*check JIRA_EMAIL and JIRA_API_TOKEN/],
  "Jira is away": [(p) => p.env.JIRA_URL = CLOSED, "Jira", /does not answer/],
  "Jira's project is not there": [
    (p) => p.env.JIRA_PROJECT_KEY = "NOPE",
    "Jira",
    /no project NOPE: check JIRA_PROJECT_KEY/,
  ],
  "Jira's issue type is not there": [
    (p) => p.env.JIRA_ISSUE_TYPE = "Epic",
    "Jira",
    /no issue type Epic: set JIRA_ISSUE_TYPE to one of Task, Bug/,
  ],
  "Jira's project demands a field": [
    (p) =>
      p.jira.fault = (_, path) =>
        /createmeta\/OPS\/issuetypes\/1$/.test(path)
          ? {
            status: 200,
            body: {
              fields: [
                { fieldId: "summary", name: "Summary", required: true },
                { fieldId: "customfield_10126", name: "Customer impact", required: true, hasDefaultValue: false },
                { fieldId: "components", name: "Components", required: true },
                { fieldId: "customfield_7", name: "Team", required: true, hasDefaultValue: true },
              ],
            },
          }
          : undefined,
    "Jira",
    /OPS demands more of a Task: set Customer impact \(customfield_10126\), Components \(components\) under "jira"/,
  ],
  "we may not create issues": [
    (p) =>
      p.jira.fault = (_, path) => path.includes("createmeta") ? { status: 200, body: { issueTypes: [] } } : undefined,
    "Jira",
    /On-call may not create issues in OPS/,
  ],
  "we may not assign issues": [
    (p) => p.jira.fault = (_, path) => path.includes("assignable") ? { status: 403, body: {} } : undefined,
    "Jira",
    /nobody can be looked up for assignment: Jira answered 403/,
  ],
  "Alertmanager is away": [(p) => p.env.ALERTMANAGER_URL = CLOSED, "Alertmanager", /start it, or set ALERTMANAGER_URL/],
  "Alertmanager has no webhook": [
    (p) => p.parts["/am/api/v2/status"] = json({ config: { original: "receivers: [{name: x}]" } }),
    "Alertmanager",
    /it has no webhook: add a receiver/,
  ],
  "Alertmanager's webhook leads elsewhere": [
    (p) => p.parts["/am/api/v2/status"] = sendsTo(`${p.url}/public/hook`),
    "Alertmanager",
    /none of its webhooks .* leads to the agent's \/alerts/,
  ],
  "Alertmanager sends to another agent": [
    (p) => {
      p.heartbeat.heard = false;
      p.parts["/am/api/v2/status"] = sendsTo(`${p.url}/other/alerts`);
    },
    "Alertmanager",
    /\/other\/alerts, which leads to another agent, and no alert has come/,
  ],
  "Alertmanager sends to another program": [
    (p) => {
      p.heartbeat.heard = false;
      p.parts["/am/api/v2/status"] = sendsTo(`${p.url}/pm/alerts`);
    },
    "Alertmanager",
    /\/pm\/alerts, which leads to another program/,
  ],
  "nothing answers where Alertmanager sends": [
    (p) => {
      p.heartbeat.heard = false;
      p.parts["/am/api/v2/status"] = sendsTo(`${CLOSED}/alerts`);
    },
    "Alertmanager",
    /127\.0\.0\.1:1\/alerts, which cannot be asked from here/,
  ],
  "there is no message template": [
    (p) => p.env.TWILIO_CONTENT_SID = undefined,
    "WhatsApp",
    /no message template, and no page arrives now.*set TWILIO_CONTENT_SID/,
  ],
  "there is no message template, and the operator wrote today": [
    (p) => {
      p.env.TWILIO_CONTENT_SID = undefined;
      const dateSent = new Date(Date.now() - 3_600_000);
      p.twilio.messages.push({
        sid: "SM2",
        to: `whatsapp:${FAKE_ACCOUNT.from}`,
        from: `whatsapp:${FAKE_ACCOUNT.to}`,
        body: "ok",
        statusCallback: undefined,
        status: "received",
        dateSent: dateSent.toUTCString(),
      });
    },
    "WhatsApp",
    /no message template, and pages arrive only until 2\d{3}-/,
  ],
  "the last page was not delivered": [
    (p) => told(p.store, { state: "failed", last_error: "Twilio answered 400 (error 63016)" }),
    "Last page",
    /was not delivered: diagnosis of incident K7QF on whatsapp: Twilio answered 400 \(error 63016\)/,
  ],
  "the heartbeat is lost": [
    (p) => Object.assign(p.heartbeat, { lost_at: "2026-01-01T12:05:00.000Z" }),
    "Heartbeat",
    /no Watchdog alert since 2026-01-01T12:00:00.000Z: check Prometheus' rules/,
  ],
};

Deno.test("GET /api/doctor takes a Watchdog alert from before the agent's start for no sign of now", async () => {
  const { ok, checks } = await examine(({ heartbeat }) => Object.assign(heartbeat, { heard: false }));
  assert.equal(ok, true);
  const check = checks.find(({ name }) => name === "Heartbeat");
  assert.equal(check?.state, "skipped");
  assert.match(check!.text, /since the agent started; the last one before that arrived at 2026-01-01T12:00:00.000Z/);
});

for (const [what, [change, name, says]] of Object.entries(BROKEN)) {
  Deno.test(`GET /api/doctor says what to do when ${what}`, async () => {
    const report = await examine(change);
    assert.equal(report.ok, false);
    const failed = report.checks.filter((check) => check.state === "failed");
    assert.deepEqual(failed.map((check) => check.name), [name]);
    assert.match(failed[0]!.text, says);
    assert.ok(!failed[0]!.text.includes("\n"));
    for (const secret of ["ghp_test", "sk-test", FAKE_ACCOUNT.authToken, FAKE_JIRA.apiToken, "wrong-token"]) {
      assert.ok(!JSON.stringify(report).includes(secret));
    }
  });
}

const MODELS: Record<string, (patient: Patient) => void> = {
  "without /v1": ({ parts }) => moveModels(parts, "/openai/v1/models"),
  "without /v1, where a web page answers": ({ parts }) => {
    moveModels(parts, "/openai/v1/models");
    parts["/openai/models"] = () => new Response("<!doctype html><title>A server</title>");
  },
  "with the path of the completions": ({ env, url }) => env.OPENAI_BASE_URL = `${url}/openai/chat/completions`,
  "with a query that the endpoint demands": ({ env, parts, url }) => {
    env.OPENAI_BASE_URL = `${url}/openai?api-version=preview`;
    const list = parts["/openai/models"]!;
    parts["/openai/models"] = (request) => request.url.endsWith("?api-version=preview") ? list(request) : status(404)();
  },
  "of an Azure deployment, which takes the key as api-key": ({ env, parts, url }) => {
    env.OPENAI_BASE_URL = `${url}/openai/deployments/pager?api-version=2024-10-21`;
    parts["/openai/models"] = (request) =>
      request.headers.get("api-key") === "sk-test" ? Response.json({ data: [{ id: "gpt-35" }] }) : status(401)();
  },
  "whose list is a bare array": ({ parts }) => parts["/openai/models"] = json([{ id: "gpt-4o-mini" }]),
  "whose list names the vendor too": ({ parts }) =>
    parts["/openai/models"] = json({ data: [{ id: "models/gpt-4o-mini" }] }),
  "whose list names a tag too": ({ parts }) =>
    parts["/openai/models"] = json({ data: [null, { id: "gpt-4o-mini:latest" }] }),
};

for (const [what, change] of Object.entries(MODELS)) {
  Deno.test(`GET /api/doctor accepts a model's base URL ${what}`, async () => {
    const { checks } = await examine((patient) => void change(patient));
    assert.deepEqual(checks.filter(({ name }) => name === "Model").map(({ state }) => state), ["ok"]);
  });
}

function moveModels(parts: Patient["parts"], path: string): void {
  parts[path] = parts["/openai/models"]!;
  delete parts["/openai/models"];
}

Deno.test("GET /api/doctor names the variables of what is not configured, which is no fault", async () => {
  const report = await examine(({ env }) => {
    for (const name of Object.keys(env)) {
      if (/^(TWILIO|JIRA|OPENAI|GITHUB|USER|PUBLIC)_/.test(name)) env[name] = undefined;
    }
  });
  assert.equal(report.ok, true);
  const skipped = report.checks.filter(({ state, text }) => state === "skipped" && /^not configured/.test(text));
  assert.deepEqual(skipped.map((check) => check.name), ["Code", "Model", "WhatsApp", "Replies", "Jira"]);
  assert.ok(skipped.every((check) => /not configured: set [A-Z]/.test(check.text)));
});

Deno.test("GET /api/doctor takes alerts that come for a sign that Alertmanager sends here, where its address is another's", async () => {
  const { ok, checks } = await examine((p) =>
    void (p.parts["/am/api/v2/status"] = sendsTo("http://agent.internal/alerts"))
  );
  assert.equal(ok, true);
  assert.match(
    checks.find(({ name }) => name === "Alertmanager")!.text,
    /agent\.internal\/alerts, and its alerts arrive here/,
  );
});

Deno.test("GET /api/doctor says that the last page was sent, whatever the log was told after it", async () => {
  const { ok, checks } = await examine((p) => told(p.store, { state: "sent", sent_at: "2026-01-01T00:00:00.000Z" }));
  assert.equal(ok, true);
  assert.match(
    checks.find(({ name }) => name === "Last page")!.text,
    /was sent: diagnosis of incident K7QF on whatsapp/,
  );
});

/** Lets the store hold an incident that a person was told about, and the log after it. */
function told(store: Store, fields: Partial<IncidentView["notifications"][number]>): void {
  const row = { channel: "whatsapp", kind: "diagnosis", attempts: 1, sent_at: null, text: "x", last_error: null };
  const notifications = [{ ...row, ...fields }, { ...row, channel: "log", state: "sent" }, {
    ...row,
    channel: "jira",
    kind: "create_jira_ticket",
    state: "sent",
  }];
  Object.assign(store, {
    list: () => Promise.resolve({ incidents: [{ code: "K7QF" }], next: null }),
    view: () => Promise.resolve({ notifications }),
  });
}

/** Lets Twilio list a message that could not be delivered. */
function lastMessage({ twilio }: Patient, errorCode: number): void {
  twilio.messages.push({
    sid: "SM1",
    to: `whatsapp:${FAKE_ACCOUNT.to}`,
    from: `whatsapp:${FAKE_ACCOUNT.from}`,
    body: "x",
    statusCallback: undefined,
    status: "undelivered",
    errorCode,
  });
}
