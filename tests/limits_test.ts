import assert from "node:assert/strict";
import type { RoleName } from "../tasks/build/mod.ts";
import { deliver, freePortRange, ofGroup, type StartedRole, startRole, until } from "./testing/mod.ts";

/** Fewer than connections are opened, so that a program that holds all of them has no file left. */
const OPEN_FILES = 256;
const CONNECTIONS = 1_000;

const FORMS = [
  // Idle, slow in its head, slow in its body, and greedy: asks and never reads.
  "",
  "GET / HTTP/1.1\r\nHos",
  "POST /alerts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{",
  "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
];

/** Connections of every bad kind, held open. */
async function crowd(port: number): Promise<Disposable> {
  const held: Deno.TcpConn[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    try {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      held.push(conn);
      await conn.write(new TextEncoder().encode(FORMS[i % FORMS.length]));
    } catch {
      // Refused or closed already: it went for another.
    }
  }
  return {
    [Symbol.dispose]: () => {
      for (const conn of held) conn.close();
    },
  };
}

/** `count` requests one after the other, each tried again like any client's when its connection was closed for another. */
async function answered(url: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await until(`${url} answers`, async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      return response.ok;
    });
  }
}

/** Largest resident memory so far, in MB. */
async function peakMb(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}

async function underCrowd(name: RoleName, role: StartedRole, during: () => Promise<void>): Promise<void> {
  const before = await peakMb(role.pid);
  {
    using _ = await crowd(role.port);
    await answered(`${role.url}/healthz`, 20);
    await during();
  }
  await answered(`${role.url}/healthz`, 1);
  const grown = await peakMb(role.pid) - before;
  assert.ok(grown < 150, `${name} grew by ${grown.toFixed(0)} MB`);
}

Deno.test("the agent takes deliveries and shows pages while 1,000 connections hang, with 256 files at most", async () => {
  await using agent = await startRole("agent", { openFiles: OPEN_FILES });
  await underCrowd("agent", agent, async () => {
    for (let i = 0; i < 10; i++) {
      await until("a delivery is taken", async () => (await deliver(agent.url, ofGroup(`g${i}`))).status === 200);
    }
    await answered(`${agent.url}/`, 3);
  });
  const { incidents } = await (await fetch(`${agent.url}/api/incidents`)).json();
  assert.equal(incidents.length, 10);
});

Deno.test("manager, instance and balancer answer while 1,000 connections hang, with 256 files at most", async () => {
  const base = freePortRange(2);
  const env = { PM_BASE_PORT: `${base}`, PM_MAX_PORT: `${base + 1}` };
  await using manager = await startRole("manager", { openFiles: OPEN_FILES, env });
  const started = await fetch(`${manager.url}/start`, { method: "POST", body: "{}" });
  const { port, pid } = { ...(await started.json()), pid: 0 };
  await using balancer = await startRole("lb", { openFiles: OPEN_FILES, env: { PM_URL: manager.url } });
  const post = (url: string, headers: Record<string, string>) =>
    fetch(url, { method: "POST", body: '{"mode": "crash"}', headers }).then(async (
      response,
    ) => (await response.text(), response.status));
  await answered(`${balancer.url}/random-endpoint/ok`, 1);
  assert.equal(await post(`${balancer.url}/faults`, {}), 403, "a fault through the public port");
  assert.equal(await post(`${manager.url}/fault`, { origin: "http://evil.example" }), 403, "a page of another site");
  await underCrowd("manager", manager, () => answered(`${manager.url}/backends`, 3));
  const { instances } = await (await fetch(`${manager.url}/instances`)).json();
  const instance = { ...manager, port, pid: pid || instances[0].pid, url: `http://127.0.0.1:${port}` };
  await underCrowd("inventory", instance, () => answered(`${instance.url}/random-endpoint/ok`, 3));
  await underCrowd("lb", balancer, () => answered(`${balancer.url}/random-endpoint/ok`, 3));
  assert.equal(instances[0].restarts, 0);
});

Deno.test("the agent takes deliveries while 200 others are announced and do not arrive", async () => {
  await using agent = await startRole("agent");
  const head = "POST /alerts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  const held: Deno.TcpConn[] = [];
  for (let i = 0; i < 200; i++) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
    held.push(conn);
    const framing = i % 2 === 0 ? "Content-Length: 4000000\r\n\r\n{" : "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
    await conn.write(new TextEncoder().encode(head + framing));
  }
  for (let i = 0; i < 5; i++) {
    const { status, body } = await deliver(agent.url, ofGroup(`g${i}`));
    assert.equal(status, 200, JSON.stringify(body));
  }
  for (const conn of held) conn.close();
});

const DEPTH = 100_000;
const DEEP: Readonly<Record<string, string>> = {
  arrays: "[".repeat(DEPTH) + "]".repeat(DEPTH),
  objects: '{"a":'.repeat(DEPTH) + "1" + "}".repeat(DEPTH),
  "a field": `{"text": "x", "replicas": 1, "more": ${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}`,
  "an alert's label": `{"version": "4", "alerts": [{"labels": {"alertname": "X", "x": ${"[".repeat(DEPTH)}${
    "]".repeat(DEPTH)
  }}}]}`,
  "what is left open": "[".repeat(DEPTH),
};

Deno.test("every route that takes JSON refuses deep JSON with a 4xx", async () => {
  const base = freePortRange(1);
  const env = { PM_BASE_PORT: `${base}`, PM_MAX_PORT: `${base}` };
  await using manager = await startRole("manager", { env });
  await using agent = await startRole("agent", { env: { CONSOLE_LAB: "1" } });
  const started = await fetch(`${manager.url}/start`, { method: "POST", body: "{}" });
  assert.ok(started.ok, await started.text());
  const instance = `http://127.0.0.1:${base}`;
  for (
    const [method, url] of [
      ...["/start", "/stop", "/scale", "/fault"].map((path) => ["POST", manager.url + path] as const),
      ["POST", `${instance}/faults`],
      ["PUT", `${instance}/items/1`],
      ...[
        "/alerts",
        "/api/incidents/x/messages",
        "/api/incidents/x/replay",
        "/api/lab/fault",
        "/api/lab/scale",
        "/api/lab/traffic",
      ].map((path) => ["POST", agent.url + path] as const),
    ] as const
  ) {
    for (const [what, body] of Object.entries(DEEP)) {
      const response = await fetch(url, { method, body, headers: { "content-type": "application/json" } });
      const text = await response.text();
      assert.ok(response.status >= 400 && response.status < 500, `${url} ${what}: ${response.status} ${text}`);
    }
  }
  for (const url of [manager.url, instance, agent.url]) await answered(`${url}/healthz`, 1);
});

Deno.test("agent and manager refuse a body over their limit while it arrives", async () => {
  await using agent = await startRole("agent");
  await using manager = await startRole("manager");
  for (const [role, path] of [[agent, "/console/sign-in"], [agent, "/alerts"], [manager, "/scale"]] as const) {
    const before = await peakMb(role.pid);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(new Uint8Array(1_000_000));
        if (sent === 200) controller.close();
      },
    });
    const status = await fetch(role.url + path, {
      method: "POST",
      body: endless,
      headers: { "content-type": "application/json" },
    }).then(async (response) => (await response.body?.cancel(), response.status), () => 0);
    assert.ok([0, 400, 401, 403, 413, 415].includes(status), `${path}: ${status}`);
    assert.ok(await peakMb(role.pid) - before < 100, `${path}: took ${await peakMb(role.pid) - before} MB`);
    await answered(`${role.url}/healthz`, 1);
  }
});
