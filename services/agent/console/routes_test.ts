import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { sampleDiagnosis } from "../incidents/conformance/mod.ts";
import { openStore, type Store } from "../incidents/mod.ts";
import { createMetrics } from "../../lib/telemetry/mod.ts";
import { shippedCatalogue } from "../investigation/catalogue/mod.ts";
import { Access } from "../../lib/access/mod.ts";
import { Guard } from "./guard.ts";
import { Lab } from "./lab.ts";
import { Accounts } from "../accounts/mod.ts";
import { consoleRoutes } from "./routes.tsx";

const TOKEN = "correct horse battery staple";
const NOWHERE = "http://127.0.0.1:1";
const HERE = { remoteAddr: { hostname: "127.0.0.1" } };

const INCIDENT = {
  state: "open",
  service: "inventory",
  title: "A trouble",
  opened_at: "2026-01-01T12:00:00.000Z",
  resolved_at: null,
  truncated_alerts: 0,
  episode: 1,
  acknowledged_at: null,
  acknowledged_by: null,
} as const;

interface Given {
  readonly token?: string;
  readonly lab?: boolean;
  readonly fetch?: typeof fetch;
}

/** The console over an empty store; whatever it asks of other parts goes to `fetch`. */
async function withConsole(
  { token, lab = false, fetch = () => Promise.reject(new TypeError("away")) }: Given,
  body: (ask: (path: string, init?: RequestInit) => Promise<Response>, store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore("sqlite::memory:");
  const app = consoleRoutes({
    accounts: new Accounts({ store, now: () => new Date() }),
    oidc: undefined,
    store,
    fetch,
    registry: createMetrics(),
    guard: new Guard({ token, access: new Access({ hostname: "127.0.0.1", tokens: [token] }) }),
    catalogue: shippedCatalogue(),
    settings: {
      promUrl: NOWHERE,
      lbUrl: NOWHERE,
      pmUrl: NOWHERE,
      alertmanagerUrl: NOWHERE,
      openaiApiKey: undefined,
      openaiModel: "",
      openaiTokensPerIncident: 0,
      openaiTokensPerHour: 0,
    },
    lab: lab ? new Lab({ managerUrl: NOWHERE, balancerUrl: NOWHERE, fetch }) : undefined,
    notify: ["log"],
    heartbeat: () => ({ last_at: null, lost_at: null }),
    listeners: () => 0,
    report: (error) => assert.fail(error),
  });
  try {
    await body(
      async (path, init = {}) =>
        await app.request(`http://127.0.0.1:8088${path}`, {
          ...init,
          headers: { host: "127.0.0.1:8088", ...init.headers },
        }, HERE),
      store,
    );
  } finally {
    await store.close();
  }
}

Deno.test("GET /incidents/:id says beside a resolution that no requests come any more", () =>
  withConsole({}, async (ask, store) => {
    const at = "2026-01-01T12:05:00.000Z";
    const text = "No requests since 12:03 UTC: the fault may still be there";
    await store.transact(async (tx) => {
      const over = { ...INCIDENT, id: "q", code: "QUIET", group_key: "q", severity: "critical" };
      await tx.saveIncident({ ...over, state: "resolved", resolved_at: at });
      await tx.addTimeline("q", { at, kind: "resolved", text: "Resolved by itself", by: "alertmanager" });
      await tx.addTimeline("q", { at, kind: "traffic_stopped", text, by: "agent" });
    });
    const page = await (await ask("/incidents/q")).text();
    assert.match(page, new RegExp(`<header class="incident-head">[^]*${text}\\.[^]*</header>`));
  }));

Deno.test("consoleRoutes() shows a page at once when it is opened, whatever Prometheus does, and what it knows after that", async () => {
  let answer = () => {};
  const silent = (input: string | URL | Request) =>
    new Promise<Response>((resolve) => {
      if (!String(input instanceof Request ? input.url : input).includes("/api/v2/alerts")) {
        return resolve(new Response("", { status: 503 }));
      }
      const before = answer;
      answer = () => (before(), resolve(Response.json([])));
    });
  await withConsole({ fetch: silent }, async (ask) => {
    const opened = await (await ask("/", { headers: { "sec-fetch-dest": "document" } })).text();
    assert.match(opened, /not seen yet/);
    assert.match(opened, /data-every="1"/);
    answer();
    const seen = await (await ask("/")).text();
    assert.match(seen, /0 alerts/);
    assert.match(seen, /Alerts may be missing: Prometheus does not answer\./);
    assert.ok(!seen.includes("Monitoring reports no problems"));
    assert.match(await (await ask("/", { headers: { "sec-fetch-dest": "document" } })).text(), /0 alerts/);
  });
});

Deno.test("consoleRoutes() lists incidents of one severity when the address asks for it", () =>
  withConsole({}, async (ask, store) => {
    await store.transact(async (tx) => {
      for (const [id, severity] of [["a", "critical"], ["b", "warning"], ["c", "odd"]] as const) {
        await tx.saveIncident({ ...INCIDENT, id, code: `CODE${id}`, group_key: id, severity });
      }
    });
    const listed = async (query: string) => (await (await ask(`/incidents${query}`)).text()).match(/id="row-\w"/g);
    assert.deepEqual(await listed("?severity=warning"), ['id="row-b"']);
    assert.deepEqual(await listed("?severity=warning&state=resolved"), null);
    assert.equal((await listed(""))?.length, 3);
    const page = await (await ask("/incidents?severity=odd")).text();
    assert.match(page, /<option value="critical">critical<.*<option value="odd" selected="">odd</s);
    assert.ok((await (await ask("/incidents?severity=%22%3Cb%3E")).text()).includes("&quot;&lt;b&gt;"));
  }));

Deno.test("consoleRoutes() answers each page under a policy that lets nothing in but the console's own files and style", () =>
  withConsole({}, async (ask) => {
    for (const path of ["/", "/incidents", "/agent", "/incidents/none"]) {
      const response = await ask(path);
      const [, before = "", style = "", after = ""] = /^(.*?)<style>(.*?)<\/style>(.*)$/s.exec(await response.text())!;
      const page = before + after;
      assert.equal(response.status, path === "/incidents/none" ? 404 : 200, path);
      assert.ok(page.startsWith("<!DOCTYPE html><html lang="), page.slice(0, 40));
      const policy = response.headers.get("content-security-policy")!;
      const hash = createHash("sha256").update(style).digest("base64");
      assert.ok(
        policy.startsWith(`default-src 'none'; script-src 'self'; style-src 'sha256-${hash}'; img-src 'self';`),
      );
      assert.ok(!policy.includes("unsafe"));
      assert.deepEqual(
        page.match(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//g),
        null,
      );
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      assert.equal(response.headers.get("cache-control"), "no-store");
    }
  }));

Deno.test("consoleRoutes() leaves its style out of what an open page asks for", () =>
  withConsole({}, async (ask) => {
    const look = await (await ask("/", { headers: { "sec-fetch-dest": "empty" } })).text();
    assert.deepEqual([look.includes("<style"), look.includes('<main id="content"')], [false, true]);
  }));

Deno.test("consoleRoutes() says what is wrong when no other part answers, and shows the page all the same", () =>
  withConsole({}, async (ask) => {
    const page = await (await ask("/")).text();
    assert.match(page, /Alerts may be missing: Prometheus does not answer; Alertmanager does not answer/);
    assert.match(page, /Balancer[^]*does not answer/);
    const chart = await ask("/console/chart?name=error_rate&minutes=15");
    assert.deepEqual([chart.status, (await chart.json()).error], [502, "prometheus_unavailable"]);
  }));

Deno.test("GET /console/chart gives a line with gaps as gaps, asks Prometheus once a second, and names bad parameters", () => {
  let asked = 0;
  const prometheus: typeof fetch = (input) => {
    asked++;
    const query = new URL(String(input)).searchParams;
    const start = Number(query.get("start"));
    const values = query.get("query")!.includes("errors") ? [] : [[start, "10"], [start + 5, "10"], [start + 15, "0"]];
    return Promise.resolve(
      Response.json({ status: "success", data: { resultType: "matrix", result: [{ metric: {}, values }] } }),
    );
  };
  return withConsole({ fetch: prometheus }, async (ask) => {
    const get = async () => await (await ask("/console/chart?name=error_rate&from=1000000&to=1000020")).json();
    const [chart] = await Promise.all([get(), get()]);
    assert.deepEqual(chart.lines[0].points.map(([, value]: [number, number | null]) => value), [
      0,
      0,
      null,
      null,
      null,
    ]);
    assert.deepEqual([chart.unit, chart.limit, asked], ["percent", 5, 2]);
    for (
      const bad of [
        "name=x&minutes=5",
        "name=latency&from=5&to=4",
        "name=latency&from=a&to=4",
        "name=latency&minutes=0",
        "name=latency&from=0&to=99999999999",
      ]
    ) {
      const response = await ask(`/console/chart?${bad}`);
      assert.deepEqual([response.status, (await response.json()).error], [400, "invalid_input"], bad);
    }
    assert.equal((await ask("/console/chart?name=latency&minutes=5&service=nothing")).status, 404);
  });
});

Deno.test("POST /console/sign-in begins a session for the token only, and leads to no other site", () =>
  withConsole({ token: TOKEN }, async (ask) => {
    assert.match(await (await ask("/")).text(), /href="\/console\/sign-in\?next=%2F"/);
    const send = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      ask("/console/sign-in", { method: "POST", body: new URLSearchParams(fields), headers });
    const wrong = await send({ token: "wrong", next: "/" });
    assert.equal(wrong.status, 401);
    assert.equal(wrong.headers.get("set-cookie"), null);
    const foreign = await send({ token: TOKEN, next: "/" }, { origin: "https://evil.example" });
    assert.equal(foreign.status, 403);
    for (
      const [next, leads] of [["/incidents/K7QF", "/incidents/K7QF"], ["//evil.example", "/"], [
        "https://evil.example",
        "/",
      ], ["/\\evil.example", "/"]]
    ) {
      const right = await send({ token: TOKEN, next: next! });
      assert.deepEqual([right.status, right.headers.get("location")], [303, leads]);
      assert.match(
        right.headers.get("set-cookie")!,
        /^oncall_session=\d+\.[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
      );
    }
    for (let i = 0; i < 9; i++) await send({ token: `wrong ${i}`, next: "/" });
    assert.equal((await send({ token: TOKEN, next: "/" })).status, 429);
  }));

Deno.test("the lab has no routes where it is not enabled", () =>
  withConsole({}, async (ask) => {
    for (
      const [method, path] of [["GET", "/lab"], ["POST", "/api/lab/fault"], ["POST", "/api/lab/scale"], [
        "POST",
        "/api/lab/traffic",
      ]]
    ) {
      assert.equal((await ask(path!, { method: method! })).status, 404, path);
    }
    assert.ok(!(await (await ask("/")).text()).includes("Lab"));
  }));

Deno.test("the lab hands faults and scales to the manager, and names what is wrong", () => {
  const asked: unknown[] = [];
  const manager: typeof fetch = async (input, init) => {
    asked.push([new URL(String(input)).pathname, JSON.parse(await new Request(input, init as RequestInit).text())]);
    return Response.json({ ok: true });
  };
  return withConsole({ lab: true, fetch: manager }, async (ask) => {
    const send = async (path: string, body: unknown) => {
      const response = await ask(path, { method: "POST", body: JSON.stringify(body) });
      return [response.status, (await response.json()).error];
    };
    assert.deepEqual(await send("/api/lab/fault", { mode: "errors", p_error: 0.4, port: "8001" }), [200, undefined]);
    assert.deepEqual(await send("/api/lab/scale", { replicas: 3 }), [200, undefined]);
    assert.deepEqual(asked, [["/fault", { mode: "errors", p_error: 0.4, ports: [8001] }], ["/scale", { replicas: 3 }]]);
    for (
      const [path, body] of [["fault", { mode: "x" }], ["scale", { replicas: 1.5 }], ["traffic", {
        profile: "constant",
        seconds: 10,
        rps: 1e6,
      }], ["scale", { replicas: 1, more: 1 }]] as const
    ) {
      assert.deepEqual(await send(`/api/lab/${path}`, body), [400, "invalid_input"]);
    }
    assert.deepEqual(await send("/api/lab/traffic/stop", {}), [409, "no_traffic"]);
    assert.equal(asked.length, 2);
  });
});

Deno.test("consoleRoutes() lists open incidents first, says what is over in the past, and gaps in one short hint", () =>
  withConsole({}, async (ask, store) => {
    const diagnosis = sampleDiagnosis({
      root_cause: "40 % of requests fail now.",
      confidence: 0.83,
      at: "2026-01-01T12:00:03.000Z",
      missing: ["logs: config/oncall.yaml names no logs for cart", "code: config/oncall.yaml names no code for cart"],
    });
    await store.transact(async (tx) => {
      const made = { ...INCIDENT, severity: "critical" };
      await tx.saveIncident({ ...made, id: "a", code: "CODEA", group_key: "a", state: "diagnosed" });
      await tx.saveIncident({ ...made, id: "b", code: "CODEB", group_key: "b", state: "resolved" });
      for (const id of ["a", "b"]) await tx.saveDiagnosis(id, diagnosis);
    });
    const list = await (await ask("/incidents")).text();
    assert.ok(list.indexOf('id="row-a"') < list.indexOf('id="row-b"'));
    assert.match(list, /40 % of requests fail at 12:00:03 UTC\..*40 % of requests failed at 12:00:03 UTC\./s);
    assert.match(list, /83 % sure/);
    const page = await (await ask("/incidents/a")).text();
    assert.match(page, /<dt>Not configured<\/dt><dd><span class="faint">logs, code: described in/);
    assert.doesNotMatch(page, /names no/);
  }));
