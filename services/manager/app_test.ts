import assert from "node:assert/strict";
import { Access } from "../lib/access/mod.ts";
import { silentLogger } from "../lib/telemetry/mod.ts";
import { createApp } from "./app.ts";
import { EventHistory } from "./event_history.ts";
import { createManagerMetrics } from "./manager_metrics.ts";
import { Supervisor } from "./supervisor.ts";
import { FakeMachine, manualClock } from "./testing/world.ts";

type Fetched = { url: string; body: unknown };

function setUp(answer: (url: string) => Response | Promise<Response> = () => Response.json({ mode: "none" })) {
  const machine = new FakeMachine();
  const { clock, tick } = manualClock();
  const history = new EventHistory(clock);
  const fetched: Fetched[] = [];
  const reports: Error[] = [];
  const readers: string[] = [];
  const supervisor = new Supervisor({
    basePort: 8001,
    maxPort: 8010,
    env: {},
    limits: { startMs: 1_000, stopMs: 1_000, stopUnresponsiveMs: 100, killMs: 100 },
  }, {
    launch: machine.launch,
    probe: machine.probe,
    signalPid: machine.signalPid,
    portIsFree: machine.portIsFree,
    clock,
    random: () => 1,
    log: silentLogger,
    settled: () => Promise.resolve(),
    publish: () => {},
    history,
  });
  const whole = createApp({
    supervisor,
    history,
    access: new Access({ hostname: "127.0.0.1" }),
    lab: true,
    registry: createManagerMetrics(() => supervisor.views),
    fetch: async (input, init) => {
      const request = new Request(input as Request, init as RequestInit);
      fetched.push({ url: request.url, body: await request.json() });
      return await answer(request.url);
    },
    basePort: 8001,
    maxPort: 8010,
    backendsRead: (reader) => readers.push(reader),
    report: (error) => reports.push(error),
  });
  const app = {
    request: (path: string, init?: RequestInit) => whole.request(path, init, { remoteAddr: { hostname: "127.0.0.1" } }),
  };
  const post = (path: string, body?: unknown) =>
    app.request(path, { method: "POST", body: body === undefined ? null : JSON.stringify(body) });
  const get = async (path: string) => await (await app.request(path)).json();
  return { machine, app, post, get, fetched, readers, tick, supervisor };
}

async function refusal(response: Response): Promise<[number, string, string]> {
  const { error, message } = await response.json();
  return [response.status, error, message];
}

Deno.test("POST /start answers the port and URL of the instance", async () => {
  const { post } = setUp();
  const response = await post("/start");
  assert.deepEqual([response.status, await response.json()], [200, {
    ok: true,
    port: 8001,
    url: "http://127.0.0.1:8001",
  }]);
  assert.deepEqual(await (await post("/start", { port: 8005 })).json(), {
    ok: true,
    port: 8005,
    url: "http://127.0.0.1:8005",
  });
  assert.equal((await post("/start", { port: 8005 })).status, 409);
});

Deno.test("POST /stop takes a port or a process", async () => {
  const { post, get } = setUp();
  await post("/scale", { replicas: 2 });
  const { instances } = await get("/instances");
  assert.deepEqual(await (await post("/stop", { pid: instances[0].pid })).json(), { ok: true, stopped_port: 8001 });
  assert.deepEqual(await (await post("/stop", { port: 8002 })).json(), { ok: true, stopped_port: 8002 });
  assert.deepEqual((await refusal(await post("/stop", { port: 8002 }))).slice(0, 2), [404, "unknown_instance"]);
});

Deno.test("POST /scale answers what it started and stopped", async () => {
  const { post } = setUp();
  assert.deepEqual(await (await post("/scale", { replicas: 2 })).json(), {
    ok: true,
    started: [8001, 8002],
    stopped: [],
    replicas: 2,
  });
});

Deno.test("Every POST answers 400 with the field's name and changes nothing when the input is wrong", async () => {
  const { post, supervisor, fetched } = setUp();
  await post("/scale", { replicas: 1 });
  const cases: [path: string, body: unknown, field: RegExp][] = [
    ["/start", { port: 8011 }, /port: expected a whole number from 8001 to 8010/],
    ["/start", { prot: 8001 }, /prot/],
    ["/stop", {}, /either port or pid/],
    ["/stop", { port: 8001, pid: 1 }, /either port or pid/],
    ["/stop", { port: "8001" }, /port/],
    ["/scale", {}, /replicas/],
    ["/scale", { replicas: 11 }, /replicas: expected a whole number from 0 to 10/],
    ["/scale", { replicas: -1 }, /replicas/],
    ["/scale", { replicas: 1.5 }, /replicas/],
    ["/fault", { mode: "meteor" }, /mode/],
    ["/fault", { mode: "errors", p_error: 7 }, /p_error/],
    ["/fault", { mode: "latency", latency_ms: -1 }, /latency_ms/],
    ["/fault", { mode: "none", ports: [] }, /ports/],
    ["/fault", { mode: "none", replicas: 1 }, /replicas/],
  ];
  for (const [path, body, field] of cases) {
    const [status, error, message] = await refusal(await post(path, body));
    assert.deepEqual([status, error], [400, "invalid_input"], `${path} ${JSON.stringify(body)}`);
    assert.match(message, field);
  }
  assert.deepEqual([supervisor.views.length, fetched.length], [1, 0]);
});

Deno.test("POST /fault sets it on each running instance, or on those named", async () => {
  const { post, fetched } = setUp();
  await post("/scale", { replicas: 2 });
  const all = await post("/fault", { mode: "latency", latency_ms: 500 });
  assert.deepEqual(await all.json(), { ok: true, results: { "8001": { status: 200 }, "8002": { status: 200 } } });
  assert.deepEqual(fetched[0], { url: "http://127.0.0.1:8001/faults", body: { mode: "latency", latency_ms: 500 } });
  const one = await post("/fault", { mode: "errors", p_error: 0.4, ports: [8002] });
  assert.deepEqual(await one.json(), { ok: true, results: { "8002": { status: 200 } } });
  assert.deepEqual((await refusal(await post("/fault", { mode: "none", ports: [8001, 8009] }))).slice(0, 2), [
    404,
    "unknown_instance",
  ]);
  assert.equal(fetched.length, 3);
});

Deno.test("POST /fault says which instance did not take it", async () => {
  const { post } = setUp((url) => {
    if (url.includes("8002")) throw new Error("connection reset");
    return Response.json({ mode: "none" });
  });
  assert.deepEqual((await refusal(await post("/fault", { mode: "none" }))).slice(0, 2), [409, "no_instances"]);
  await post("/scale", { replicas: 2 });
  const response = await post("/fault", { mode: "none" });
  const body = await response.json();
  assert.deepEqual([response.status, body.error, body.ok], [502, "fault_not_set", false]);
  assert.deepEqual(body.results, { "8001": { status: 200 }, "8002": { status: 0, message: "connection reset" } });
});

Deno.test("POST /fault answers 400 when every instance finds it wrong", async () => {
  const { post } = setUp(() =>
    Response.json({ error: "invalid_input", message: "cpu_ms: at most 60000" }, { status: 400 })
  );
  await post("/scale", { replicas: 1 });
  const [status, error, message] = await refusal(await post("/fault", { mode: "cpu", cpu_ms: 300 }));
  assert.deepEqual([status, error], [400, "invalid_input"]);
  assert.match(message, /cpu_ms: at most/);
});

Deno.test("GET /backends notes who reads it", async () => {
  const { app, post, readers } = setUp();
  await post("/start");
  const response = await app.request("/backends", { headers: { "user-agent": "oncall-lb" } });
  assert.deepEqual(await response.json(), { backends: ["http://127.0.0.1:8001"] });
  assert.deepEqual(readers, ["oncall-lb"]);
});

Deno.test("GET /events tells what happened and no fault", async () => {
  const { post, get } = setUp();
  await post("/scale", { replicas: 2 });
  await post("/fault", { mode: "cpu", cpu_ms: 300 });
  await post("/stop", { port: 8001 });
  const { events } = await get("/events?since=2020-01-01T00:00:00Z&limit=2");
  assert.deepEqual(events, [
    { at: "2026-01-01T00:00:00.000Z", kind: "scaled", text: "scaled from 0 to 2 instances" },
    {
      at: "2026-01-01T00:00:00.000Z",
      kind: "instance_stopped",
      text: "inv1 on port 8001 stopped",
      service: "inv1",
      port: 8001,
    },
  ]);
  assert.doesNotMatch(JSON.stringify(await get("/events")), /fault|cpu/);
  assert.deepEqual(await get("/events?since=2099-01-01T00:00:00Z"), { events: [] });
});

Deno.test("GET /events answers 400 when its parameters are wrong", async () => {
  const { app } = setUp();
  for (const query of ["since=yesterday", "limit=0", "limit=x", "after=1"]) {
    assert.equal((await app.request(`/events?${query}`)).status, 400, query);
  }
});

Deno.test("GET /healthz and unknown routes answer as everywhere", async () => {
  const { app, post, get } = setUp();
  await post("/scale", { replicas: 3 });
  const { ok, name, instances } = await get("/healthz");
  assert.deepEqual([ok, name, instances], [true, "oncall-manager", 3]);
  assert.equal((await app.request("/nowhere")).status, 404);
});

Deno.test("GET /metrics counts instances by status and restarts by service", async () => {
  const { app, post, machine, tick } = setUp();
  await post("/scale", { replicas: 2 });
  const text = async () => await (await app.request("/metrics")).text();
  assert.match(await text(), /oncall_manager_restarts_total\{service="inv1",port="8001"\} 0/);
  machine.on(8001)!.end(137);
  await tick(10);
  const waiting = await text();
  assert.match(waiting, /oncall_manager_instances\{status="running"\} 1/);
  assert.match(waiting, /oncall_manager_instances\{status="exited"\} 1/);
  assert.match(waiting, /oncall_manager_instance_healthy\{service="inv1",port="8001"\} 0/);
  await tick(1_000);
  const back = await text();
  assert.match(back, /oncall_manager_instances\{status="running"\} 2/);
  assert.match(back, /oncall_manager_restarts_total\{service="inv1",port="8001"\} 1/);
  assert.match(back, /oncall_manager_restarts_total\{service="inv2",port="8002"\} 0/);
});
