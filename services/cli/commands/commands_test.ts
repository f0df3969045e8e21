import assert from "node:assert/strict";
import { ago, incident, oncall, rates } from "../testing/world.ts";
import { VERSION } from "../../lib/configuration/mod.ts";

const ESC = "\x1b";
const health = (name: string, more = {}) => ({ ok: true, name, version: VERSION, pid: 7, ...more });
const agent = {
  "GET 8088/api/incidents": { incidents: [incident], next: null },
  "GET 8088/api/incidents/01HX": incident,
};
const running = {
  "GET 7070/healthz": health("oncall-manager"),
  "GET 7070/instances": {
    instances: [{
      port: 8001,
      pid: 11,
      service: "inv1",
      started_at: ago(9),
      status: "running",
      url: "http://127.0.0.1:8001",
      restarts: 2,
    }],
  },
  "GET 8001/healthz": health("oncall-inventory"),
  "GET 9000/healthz": health("oncall-lb", { backends: ["http://127.0.0.1:8001"] }),
  "GET 8088/healthz": health("oncall-agent"),
  "GET 9090/api/v1/status/buildinfo": { data: { version: "2.42.0" } },
  "GET 9093/api/v2/status": { versionInfo: { version: "0.25.0" } },
  "GET 9090/api/v1/query": rates(8, 2),
  "GET 9090/api/v1/alerts": {
    data: {
      alerts: [
        { labels: { alertname: "Watchdog" }, state: "firing", activeAt: ago(900) },
        { labels: { alertname: "InventoryHighErrorRate" }, state: "pending", activeAt: ago(30) },
      ],
    },
  },
  ...agent,
};

Deno.test("status() shows each part with its version, the error rate, alerts and open incidents", async () => {
  const { exitCode, out, error } = await oncall("status", running);
  assert.deepEqual([exitCode, error], [0, ""]);
  assert.match(out, /manager +up +\S+ +pid 7 +http:\/\/127\.0\.0\.1:7070/);
  assert.match(out, /inv1 +up .*restarted 2 times/);
  assert.match(out, /load balancer +up .*1 backend/);
  assert.match(out, /Prometheus +up +2\.42\.0/);
  assert.match(out, /errors +25\.0 %/);
  assert.match(out, /Alert +pending +InventoryHighErrorRate, for 30 s/);
  assert.ok(!out.includes("Watchdog"));
  assert.match(out, /Incident +K7QF/);
});

Deno.test("status() shows the rates of the first service that the agent measures", async () => {
  const services = [
    { name: "mail", requests: null, errors: null },
    { name: "shop", requests: "shop_requests", errors: "shop_errors" },
  ];
  const asked: (string | null)[] = [];
  const { out } = await oncall("status", {
    ...running,
    "GET 8088/api/services": { services },
    "GET 9090/api/v1/query": (request: Request) => {
      asked.push(new URL(request.url).searchParams.get("query"));
      return rates(8, 2)(request);
    },
  });
  assert.match(out, /^shop requests +8\.0\/s +errors +25\.0 %$/m);
  assert.deepEqual(asked.sort(), ["shop_errors", "shop_requests"]);
});

Deno.test("status() answers 1 when an alert fires that calls for somebody", async () => {
  const firing = (labels: Record<string, string>) => ({
    ...running,
    "GET 9090/api/v1/alerts": { data: { alerts: [{ labels, state: "firing", activeAt: ago(90) }] } },
  });
  const { exitCode, out } = await oncall("status", firing({ alertname: "DiskWillFill", severity: "warning" }));
  assert.equal(exitCode, 1);
  assert.match(out, /Alert +firing +DiskWillFill, for /);
  assert.equal((await oncall("status", firing({ alertname: "DiskWillFill" }))).exitCode, 1);
  assert.equal((await oncall("status", firing({ alertname: "InfoInhibitor", severity: "none" }))).exitCode, 0);
});

Deno.test("status() answers 1 and says which versions when executables differ", async () => {
  const other = { ...running, "GET 9000/healthz": health("oncall-lb", { version: "0.0.9" }) };
  const { exitCode, out } = await oncall("status", other);
  assert.equal(exitCode, 1);
  assert.match(out, new RegExp(`Versions differ: ${VERSION}, 0\\.0\\.9`));
  const json = JSON.parse((await oncall("status --json", other)).out);
  assert.deepEqual([json.ok, json.versions_differ], [false, true]);
});

Deno.test("status() answers 1 and never shows a zero for what was not measured when parts are down", async () => {
  const { exitCode, out } = await oncall("status");
  assert.equal(exitCode, 1);
  assert.equal(out.match(/ down +-/g)?.length, 5);
  assert.match(out, /errors +not measured/);
  const none = await oncall("status", { ...running, "GET 9090/api/v1/query": { data: { result: [] } } });
  assert.match(none.out, /inventory requests +not measured +errors +not measured/);
});

Deno.test("status() answers 1 when an instance crashes again and again", async () => {
  const instances = [{
    service: "inv1",
    status: "crash_looping",
    url: "http://127.0.0.1:8001",
    pid: null,
    restarts: 9,
  }];
  const { exitCode, out } = await oncall("status", { ...running, "GET 7070/instances": { instances } });
  assert.equal(exitCode, 1);
  assert.match(out, /inv1 +crash_looping/);
});

Deno.test("incidents() lists them with cause and age, and shows hostile text as text", async () => {
  const flags = "--state diagnosed --service inventory --severity critical -q null -n 5";
  const { exitCode, out, seen } = await oncall(`incidents ${flags}`, agent);
  assert.equal(exitCode, 0);
  assert.match(
    out,
    /K7QF +diagnosed +critical +inventory +2026-03-01 11:56 +3 min 20 s +Error rate [^\n]* +services\/inventory\/pricing\.ts:42 +A null[^\n]* \(90\.0 % sure\)$/m,
  );
  const query = Object.fromEntries(new URL(seen[0]!.url).searchParams);
  assert.deepEqual(query, {
    limit: "5",
    order: "open_first",
    state: "diagnosed",
    service: "inventory",
    severity: "critical",
    q: "null",
  });
  const undiagnosed = { ...incident, diagnosis: null };
  const hostile = await oncall("incidents", { "GET 8088/api/incidents": { incidents: [undiagnosed], next: null } });
  assert.ok(!hostile.out.includes(ESC));
  assert.match(hostile.out, /Error rate over 20 %\ufffd\[2J/);
});

Deno.test("incidents() and show() count the age of an incident that fired again from there on", async () => {
  const alerts = [
    { ...incident.alerts[0]!, starts_at: "2026-03-01T11:50:00Z", episode: 1 },
    { ...incident.alerts[0]!, starts_at: "2026-03-01T11:59:15Z", episode: 2 },
  ];
  const again = { ...incident, episode: 2, alerts };
  const pages = {
    "GET 8088/api/incidents": { incidents: [again], next: null },
    "GET 8088/api/incidents/K7QF": again,
  };
  assert.match((await oncall("incidents", pages)).out, /K7QF .*2026-03-01 11:59 +45 s /);
  assert.match((await oncall("show K7QF", pages)).out, /since 2026-03-01 11:59:15Z \(45 s\)/);
});

Deno.test("incidents() tells what happened in a line of its own on a narrow terminal", async () => {
  const { out } = await oncall("incidents", agent, {
    isTerminal: true,
    env: (name) => name === "NO_COLOR" ? "1" : undefined,
  });
  assert.match(
    out,
    /^K7QF +diagnosed +critical +inventory +2026-03-01 11:56 +3 min 20 s\n {6}Error rate over 20 %[^\n]*\n {6}services\/inventory\/pricing\.ts:42 +A null/m,
  );
  assert.ok(out.split("\n").every((line) => line.length <= 80), out);
});

Deno.test("incidents() follows the pages until it has as many as asked for", async () => {
  const all = Array.from({ length: 1200 }, (_, i) => ({ ...incident, id: `i${i}`, code: `C${i}` }));
  const pages = (request: Request) => {
    const { searchParams } = new URL(request.url);
    const limit = Number(searchParams.get("limit"));
    const from = Number(searchParams.get("cursor") ?? 0);
    assert.ok(limit <= 500);
    const next = from + limit < all.length ? String(from + limit) : null;
    return { incidents: all.slice(from, from + limit), next };
  };
  const count = async (limit: number) =>
    JSON.parse((await oncall(`incidents --json -n ${limit}`, { "GET 8088/api/incidents": pages })).out).incidents
      .length;
  assert.deepEqual([await count(7), await count(1100), await count(5000)], [7, 1100, 1200]);
});

Deno.test("incidents() says so when there are none", async () => {
  const none = { "GET 8088/api/incidents": { incidents: [], next: null } };
  assert.equal((await oncall("incidents", none)).out, "No incidents.\n");
  assert.equal((await oncall("incidents --state open", none)).out, "No incident matches.\n");
});

Deno.test("show() tells cause, place, next steps, evidence and what has been done", async () => {
  for (const name of ["", "01HX", "k7qf", "latest"]) {
    const { exitCode, out } = await oncall(`show ${name}`, agent);
    assert.equal(exitCode, 0);
    for (
      const part of [
        "K7QF",
        incident.diagnosis.root_cause,
        "at services/inventory/pricing.ts:42",
        "confidence 90.0 %",
        "1. Roll back",
        "verified",
        "[E2]",
        "the code",
        "OPS-1",
        "operator:cli",
        "compute_error_rate",
        "log",
      ]
    ) assert.ok(out.includes(part), `${part} in ${out}`);
    assert.ok(!out.includes(ESC));
  }
});

Deno.test("show() prints the evidence whole when asked for it, and what there is when it isn't there", async () => {
  const claims = [{ text: "It fails", evidence: ["E7", "E2"], verified: true }];
  const claimed = { ...incident, diagnosis: { ...incident.diagnosis, claims } };
  const hint = (await oncall("show K7QF", { "GET 8088/api/incidents/K7QF": claimed })).out;
  assert.match(hint, /oncall show K7QF --evidence E7$/m);
  const one = await oncall("show K7QF --evidence e2", agent);
  assert.match(one.out, /compute_error_rate[^]*"error_rate": 0\.78/);
  const none = await oncall("show K7QF --evidence E9", agent);
  assert.deepEqual([none.exitCode, none.error], [1, 'oncall: There is no evidence "E9" in K7QF; it has E2.\n']);
});

Deno.test("show() answers 1 when there is no such incident, or none at all", async () => {
  const { exitCode, error } = await oncall("show ZZZZ", agent);
  assert.equal(exitCode, 1);
  assert.match(error, /There is no incident "ZZZZ"; "oncall incidents" lists them/);
  const empty = await oncall("show", { "GET 8088/api/incidents": { incidents: [], next: null } });
  assert.deepEqual([empty.exitCode, empty.error], [1, "oncall: There are no incidents yet.\n"]);
});

Deno.test("show() prints the incident as the agent gives it when asked for JSON", async () => {
  assert.deepEqual(JSON.parse((await oncall("show --json", agent)).out), incident);
});

Deno.test("show() says below a resolution that no requests come any more", async () => {
  const text = "No requests since 12:03 UTC: the fault may still be there";
  const timeline = [
    { at: ago(60), kind: "resolved", text: "Resolved by itself", by: "alertmanager" },
    { at: ago(59), kind: "traffic_stopped", text, by: "agent" },
  ];
  const over = { ...incident, state: "resolved", resolved_at: ago(60), timeline };
  const lines = (await oncall("show 01HX", { "GET 8088/api/incidents/01HX": over })).out.split("\n");
  assert.equal(lines[lines.findIndex((line) => line.startsWith("resolved")) + 1], text);
});

Deno.test("show() copes with an incident that has nothing but the least", async () => {
  const { id, code, state, opened_at } = incident;
  const bare = { "GET 8088/api/incidents/01HX": { id, code, state, opened_at } };
  const { exitCode, out } = await oncall("show 01HX", bare);
  assert.equal(exitCode, 0);
  assert.match(out, /Not known yet/);
});

Deno.test("fault() sends the mode with its own parameters to the instances named", async () => {
  const answers = { "POST 7070/fault": { ok: true, results: { "8001": { status: 200 }, "8002": { status: 200 } } } };
  const { exitCode, out, seen } = await oncall("fault errors --p-error 0.4 --port 8001 --port 8002", answers);
  assert.equal(exitCode, 0);
  assert.deepEqual(seen[0]!.body, { mode: "errors", p_error: 0.4, ports: [8001, 8002] });
  assert.equal(out, "set  8001: errors\nset  8002: errors\n");
  assert.deepEqual((await oncall("fault none", answers)).seen[0]!.body, { mode: "none" });
});

Deno.test("fault() answers 1 when an instance did not take it", async () => {
  const answers = { "POST 7070/fault": { ok: false, results: { "8001": { status: 200 }, "8002": { status: 0 } } } };
  const { exitCode, out } = await oncall("fault cpu --cpu-ms 300", answers);
  assert.deepEqual([exitCode, out], [1, "set  8001: cpu\nfailed  8002: does not answer\n"]);
});

Deno.test("scale() says what was started and stopped", async () => {
  const answers = { "POST 7070/scale": { ok: true, started: [8002, 8003], stopped: [], replicas: 3 } };
  const { exitCode, out, seen } = await oncall("scale 3", answers);
  assert.deepEqual([exitCode, out, seen[0]!.body], [0, "3 instances run, started 8002, 8003\n", { replicas: 3 }]);
});

Deno.test("status() uses color only on a terminal that allows it", async () => {
  const colored = async (isTerminal: boolean, env: Record<string, string> = {}) =>
    (await oncall("status", running, { isTerminal, env: (name) => env[name] })).out.includes(ESC);
  assert.deepEqual(
    [
      await colored(true),
      await colored(false),
      await colored(true, { NO_COLOR: "1" }),
      await colored(true, { TERM: "dumb" }),
    ],
    [true, false, false, false],
  );
});
