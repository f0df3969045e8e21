import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { deliver, FAKE_ACCOUNT, freePortRange, ofGroup, runRole, type StartedRole, startRole } from "./testing/mod.ts";

/** One request on a connection of its own: a browser's `fetch` could not set all of it. */
async function ask(
  role: { readonly port: number },
  line: string,
  { headers = {}, body = "", hostname = "127.0.0.1" }: Asked = {},
): Promise<Answer> {
  using conn = await Deno.connect({ hostname, port: role.port });
  const all = { Host: `127.0.0.1:${role.port}`, Connection: "close", "Content-Length": `${body.length}`, ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await conn.write(new TextEncoder().encode(`${line} HTTP/1.1\r\n${head}\r\n${body}`));
  let text = "";
  try {
    for await (const piece of conn.readable.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.includes("text/event-stream")) break;
    }
  } catch {
    // Closed by the other side: what came before counts.
  }
  return { status: Number(text.slice(9, 12)), text };
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly hostname?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const JSON_TYPE = { "Content-Type": "application/json" };
/** What a request carries that does not come from a program of this machine which meant this machine. */
const STRANGERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "by a name that somebody's DNS leads here": { Host: "evil.example" },
  "by such a name with the port": { Host: "rebound.evil.example:7070" },
  "from that name's page": { Host: "evil.example", Origin: "http://evil.example" },
  "through a proxy": { "X-Forwarded-For": "192.0.2.7" },
  "through a proxy that claims to be local": { "X-Forwarded-For": "127.0.0.1", Via: "1.1 proxy" },
  "through a proxy with a standard header": { Forwarded: "for=192.0.2.7" },
};
const PAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "from a page of another site": { Origin: "http://evil.example" },
  "from a page without an origin": { Origin: "null" },
  "from a page on another port": { Origin: "http://127.0.0.1:3000" },
};

async function refusedFor(
  role: { readonly port: number },
  line: string,
  strangers: Readonly<Record<string, Readonly<Record<string, string>>>>,
  body = "",
): Promise<void> {
  for (const [what, headers] of Object.entries(strangers)) {
    const { status, text } = await ask(role, line, { headers: { ...JSON_TYPE, ...headers }, body });
    assert.ok(status === 401 || status === 403, `${line} ${what}: ${text.slice(0, 300)}`);
  }
}

/** An address of this machine that is not loopback. */
const OUTSIDE = Deno.networkInterfaces().find(({ family, address }) => family === "IPv4" && !address.startsWith("127."))
  ?.address;

interface System extends AsyncDisposable {
  readonly manager: StartedRole;
  readonly balancer: StartedRole;
  readonly instance: { readonly port: number };
}

/** A manager with one instance and a balancer, started by hand. */
async function system(env: Readonly<Record<string, string>> = {}): Promise<System> {
  const base = freePortRange(2);
  const ports = { PM_BASE_PORT: `${base}`, PM_MAX_PORT: `${base + 1}` };
  const manager = await startRole("manager", { env: { ...ports, ...env } });
  const started = await ask(manager, "POST /start", { body: "{}" });
  assert.equal(started.status, 200, started.text);
  const balancer = await startRole("lb", { env: { PM_URL: manager.url, ...env } });
  return {
    manager,
    balancer,
    instance: { port: base },
    async [Symbol.asyncDispose]() {
      await balancer.stop();
      await manager.stop();
    },
  };
}

Deno.test("manager, instance and balancer do nothing for strangers and pages, and all for this machine", async () => {
  await using running = await system();
  const { manager, balancer, instance } = running;
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  for (
    const [role, line, body] of [
      [manager, "POST /scale", '{"replicas": 2}'],
      [manager, "POST /start", "{}"],
      [manager, "POST /stop", '{"port": 1}'],
      [manager, "POST /fault", '{"mode": "crash"}'],
      [instance, "POST /faults", '{"mode": "crash"}'],
      [balancer, "POST /faults", '{"mode": "crash"}'],
    ] as const
  ) await refusedFor(role, line, { ...STRANGERS, ...PAGES }, body);
  for (
    const [role, line] of [
      [manager, "GET /instances"],
      [manager, "GET /backends"],
      [manager, "GET /events"],
      [manager, "GET /metrics"],
      [instance, "GET /metrics"],
      [instance, "GET /logs/tail"],
      [balancer, "GET /metrics"],
      [balancer, "GET /logs/tail"],
    ] as const
  ) await refusedFor(role, line, STRANGERS);
  for (const role of [manager, balancer, instance]) {
    assert.equal((await ask(role, "GET /healthz", { headers: { Host: "evil.example" } })).status, 403);
    const alive = await ask(role, "GET /healthz", { headers: { "X-Forwarded-For": "192.0.2.7" } });
    assert.equal(alive.status, 200);
    assert.doesNotMatch(alive.text, /"pid"|"version"|"backends":/);
  }
  const foreign = { "Content-Type": "multipart/form-data; boundary=x" };
  assert.equal((await ask(manager, "POST /scale", { headers: foreign, body: '{"replicas": 2}' })).status, 415);
  // Nothing of all that was done.
  const { instances } = await (await fetch(`${manager.url}/instances`)).json();
  assert.deepEqual(instances.map(({ restarts }: { restarts: number }) => restarts), [0]);
  // As curl sends it.
  for (
    const [role, line, body] of [
      [manager, "POST /fault", '{"mode": "latency", "latency_ms": 1}'],
      [instance, "POST /faults", '{"mode": "none"}'],
      [manager, "POST /scale", '{"replicas": 1}'],
      [balancer, "GET /logs/tail?seconds=15&limit=500", ""],
      [balancer, "GET /metrics", ""],
      [balancer, "GET /random-endpoint/ok", ""],
    ] as const
  ) {
    for (const Host of ["localhost:7070", `127.0.0.1:${role.port}`]) {
      const { status, text } = await ask(role, line, { headers: { ...form, Host }, body });
      assert.equal(status, 200, `${line} ${text}`);
    }
  }
  // The business is everybody's.
  assert.equal((await ask(balancer, "GET /random-endpoint/ok", { headers: { Host: "shop.example" } })).status, 200);
});

Deno.test("the balancer hands no operators' route of its servers to strangers, however it is spelled", async () => {
  await using running = await system();
  const { balancer } = running;
  const secrets = /process_cpu|"entries"|"mode"/;
  for (
    const path of [
      ...["/faults", "/logs/tail", "/metrics", "/FAULTS", "//metrics", "/./metrics", "/items/../metrics", "/%6detrics"],
      ...[
        "/%2e/metrics",
        "/items/%2e%2e/logs/tail",
        "/logs%2ftail",
        "/%6cogs/tail",
        "/\\metrics",
        "/metrics/",
        "/logs/./tail",
      ],
      ...["/x/..%2fmetrics", "/%256detrics", "/metrics;a=b", "/;/metrics", "/items/..;/metrics"],
    ]
  ) {
    for (const method of ["GET", "POST", "HEAD", "PUT", "OPTIONS"]) {
      const body = method === "POST" ? '{"mode": "crash"}' : "";
      const { status, text } = await ask(balancer, `${method} ${path}`, { headers: { Host: "shop.example" }, body });
      assert.equal(status, 403, `${method} ${path}: ${text.slice(0, 200)}`);
      assert.doesNotMatch(text, secrets);
    }
  }
  const absolute = await ask(balancer, "GET http://shop.example/metrics", { headers: { Host: "127.0.0.1" } });
  assert.equal(absolute.status, 403);
});

Deno.test("faults are set only where the lab is on", async () => {
  await using running = await system({ ONCALL_LAB: "0" });
  assert.equal((await ask(running.instance, "POST /faults", { body: '{"mode": "crash"}' })).status, 403);
  assert.equal((await ask(running.manager, "POST /fault", { body: '{"mode": "crash"}' })).status, 403);
  assert.equal((await ask(running.instance, "GET /random-endpoint/ok")).status, 200);
});

const OPEN: readonly [Parameters<typeof runRole>[0], string, RegExp][] = [
  ["manager", "PM_HOST", /ONCALL_TOKEN/],
  ["inventory", "HOST", /ONCALL_TOKEN/],
  ["lb", "LB_HOST", /ONCALL_TOKEN/],
  ["agent", "AGENT_HOST", /CONSOLE_TOKEN and ALERT_TOKEN/],
];

for (const [name, variable, needed] of OPEN) {
  Deno.test(`${name} refuses an address that other machines reach, until it has tokens`, async () => {
    for (const host of ["0.0.0.0", "::"]) {
      const { code, stderr } = await runRole(name, { env: { [variable]: host } });
      assert.equal(code, 2, stderr);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.match(stderr, new RegExp(`${variable}: `));
      assert.match(stderr, needed);
    }
  });
}

Deno.test({
  name: "whoever comes from elsewhere needs the token, for reads too",
  ignore: OUTSIDE === undefined,
  fn: async () => {
    const tokens = { ONCALL_TOKEN: "of-the-system", CONSOLE_TOKEN: "of-people", ALERT_TOKEN: "of-alerts" };
    await using manager = await startRole("manager", { env: { ...tokens, PM_HOST: "0.0.0.0" } });
    await using balancer = await startRole("lb", { env: { ...tokens, LB_HOST: "0.0.0.0", PM_URL: manager.url } });
    await using agent = await startRole("agent", { env: { ...tokens, AGENT_HOST: "0.0.0.0" } });
    for (
      const [role, line] of [
        [manager, "GET /instances"],
        [manager, "GET /metrics"],
        [manager, "POST /scale"],
        [balancer, "GET /metrics"],
        [agent, "GET /metrics"],
        [agent, "GET /api/incidents"],
        [agent, "GET /api/events"],
        [agent, "GET /console/chart"],
        [agent, "POST /api/incidents/x/messages"],
        [agent, "POST /alerts"],
      ] as const
    ) {
      const body = line.startsWith("POST") ? '{"replicas": 0, "text": "status"}' : "";
      for (const Host of [`${OUTSIDE}:${role.port}`, "127.0.0.1", "localhost"]) {
        const from = { hostname: OUTSIDE!, headers: { ...JSON_TYPE, Host }, body };
        assert.equal((await ask(role, line, from)).status, 401, `${line} ${Host}`);
      }
      const Authorization = `Bearer ${line.endsWith("/alerts") ? "of-alerts" : "of-the-system"}`;
      const known = await ask(role, line, { hostname: OUTSIDE!, headers: { ...JSON_TYPE, Authorization }, body });
      assert.ok([200, 400, 404].includes(known.status), `${line}: ${known.text.slice(0, 200)}`);
      const fromPage = await ask(role, line, {
        hostname: OUTSIDE!,
        headers: { ...JSON_TYPE, Host: "evil.example", Origin: "http://evil.example" },
        body,
      });
      assert.ok([401, 403].includes(fromPage.status), line);
    }
    const page = await ask(agent, "GET /incidents", {
      hostname: OUTSIDE!,
      headers: { Host: `${OUTSIDE}:${agent.port}` },
    });
    assert.match(page.text, /^HTTP\/1\.1 303 [\s\S]*location: \/console\/sign-in\?next=%2Fincidents/);
    const healthy = await ask(agent, "GET /healthz", { hostname: OUTSIDE!, headers: { Host: OUTSIDE! } });
    assert.deepEqual([healthy.status, /"pid"/.test(healthy.text)], [200, false]);
  },
});

Deno.test("no page opens or ends an incident, and an end of an unknown start ends none", async () => {
  await using agent = await startRole("agent");
  const firing = ofGroup("g", [{}]);
  assert.equal((await deliver(agent.url, firing)).status, 200);
  const ended = (startsAt: string) =>
    JSON.stringify(ofGroup("g", [{ status: "resolved", startsAt, endsAt: new Date().toISOString() }]));
  const { startsAt } = firing.alerts[0]!;
  for (const [what, headers] of Object.entries({ ...STRANGERS, ...PAGES })) {
    const { status, text } = await ask(agent, "POST /alerts", {
      headers: { ...JSON_TYPE, ...headers },
      body: ended(startsAt),
    });
    assert.equal(status, 403, `${what}: ${text}`);
  }
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    const { status } = await ask(agent, "POST /alerts", { headers: { "Content-Type": type }, body: ended(startsAt) });
    assert.equal(status, 415, type);
  }
  for (const other of ["2020-01-01T00:00:00Z", new Date(Date.parse(startsAt) + 1).toISOString()]) {
    assert.equal((await ask(agent, "POST /alerts", { headers: JSON_TYPE, body: ended(other) })).status, 200);
  }
  const state = async () => (await (await fetch(`${agent.url}/api/incidents`)).json()).incidents[0].state;
  assert.notEqual(await state(), "resolved");
  assert.equal((await ask(agent, "POST /alerts", { headers: JSON_TYPE, body: ended(startsAt) })).status, 200);
  assert.equal(await state(), "resolved");
});

Deno.test("being local is no proof behind PUBLIC_URL, and no name but the agent's own is answered", async () => {
  const env = { PUBLIC_URL: "https://oncall.example", CONSOLE_URL: "https://console.example" };
  await using agent = await startRole("agent", { env });
  const lines = ["GET /", "GET /incidents", "GET /api/incidents", "GET /api/events", "GET /metrics", "GET /api/doctor"];
  for (const line of [...lines, "POST /api/incidents/x/messages", "POST /alerts"]) {
    const body = line.startsWith("POST") ? '{"text": "status"}' : "";
    await refusedFor(agent, line, STRANGERS, body);
    for (const Host of ["oncall.example", "console.example"]) await refusedFor(agent, line, { [Host]: { Host } }, body);
  }
  for (const line of lines) assert.equal((await ask(agent, line)).status, 200, line);
  // Twilio comes through the proxy; its signature is its proof.
  const form = { From: "whatsapp:+15552223333", MessageSid: "SM1", Body: "status" };
  const unsigned = await ask(agent, "POST /webhook/twilio", {
    headers: { Host: "oncall.example", "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
  assert.equal(unsigned.status, 503, "not configured here, but answered under this name");
});

Deno.test("the console's token lets people in behind PUBLIC_URL, and wrong ones shut nobody out", async () => {
  const env = { PUBLIC_URL: "https://oncall.example", CONSOLE_TOKEN: "of-people" };
  await using agent = await startRole("agent", { env });
  const signIn = (token: string, from: string) =>
    ask(agent, "POST /console/sign-in", {
      headers: {
        Host: "oncall.example",
        "X-Forwarded-For": from,
        "X-Forwarded-Proto": "https",
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: `token=${token}`,
    });
  for (let i = 0; i < 12; i++) await signIn("wrong", "192.0.2.7");
  assert.equal((await signIn("of-people", "192.0.2.7")).status, 429);
  const signed = await signIn("of-people", "198.51.100.4");
  assert.equal(signed.status, 303, signed.text);
  const cookie = /set-cookie: ([^;]+)/i.exec(signed.text)?.[1] ?? "";
  const through = { Host: "oncall.example", "X-Forwarded-For": "198.51.100.4" };
  assert.equal((await ask(agent, "GET /incidents", { headers: { ...through, Cookie: cookie } })).status, 200);
  assert.equal((await ask(agent, "GET /incidents", { headers: through })).status, 303);
  assert.equal((await ask(agent, "GET /api/incidents", { headers: through })).status, 401);
});

Deno.test("one listener's address takes no others' place", async () => {
  await using agent = await startRole("agent", { env: { CONSOLE_TOKEN: "of-people" } });
  const held: Deno.TcpConn[] = [];
  const listen = async (from: string) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
    held.push(conn);
    const head =
      `GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer of-people\r\nX-Forwarded-For: ${from}`;
    await conn.write(new TextEncoder().encode(`${head}\r\n\r\n`));
    const buffer = new Uint8Array(1_024);
    const text = new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
    return Number(text.slice(9, 12));
  };
  const statuses: number[] = [];
  for (let i = 0; i < 80; i++) statuses.push(await listen("192.0.2.7"));
  assert.deepEqual([statuses.filter((status) => status === 200).length, new Set(statuses).size], [64, 2]);
  for (let i = 0; i < 260; i++) assert.equal(await listen(`198.51.100.${i % 250}`), 200, `listener ${i}`);
  for (const conn of held) conn.close();
});

Deno.test("only WhatsApp's messages to the agent's own number are an operator's", async () => {
  const url = "https://oncall.example";
  const env = {
    PUBLIC_URL: url,
    TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
    TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
    USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
    TWILIO_BASE_URL: "http://127.0.0.1:1",
  };
  await using agent = await startRole("agent", { env });
  assert.equal((await deliver(agent.url, ofGroup("g"))).status, 200);
  const [{ code }] = (await (await fetch(`${agent.url}/api/incidents`)).json()).incidents;
  let n = 0;
  const say = async (fields: Readonly<Record<string, string>>) => {
    const form = new URLSearchParams({
      AccountSid: FAKE_ACCOUNT.accountSid,
      Body: `ack ${code}`,
      From: `whatsapp:${FAKE_ACCOUNT.to}`,
      MessageSid: `SM${n++}`,
      To: `whatsapp:${FAKE_ACCOUNT.from}`,
      ...fields,
    });
    form.sort();
    const text = [...form].reduce((all, [name, value]) => all + name + value, `${url}/webhook/twilio`);
    const signature = createHmac("sha1", FAKE_ACCOUNT.authToken).update(text).digest("base64");
    const headers = {
      Host: "oncall.example",
      "X-Forwarded-For": "192.0.2.7",
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Twilio-Signature": signature,
    };
    const { status } = await ask(agent, "POST /webhook/twilio", { headers, body: form.toString() });
    const incident = await (await fetch(`${agent.url}/api/incidents/${code}`)).json();
    return [status, incident.acknowledged_at !== null];
  };
  assert.deepEqual(await say({ From: FAKE_ACCOUNT.to }), [200, false]);
  assert.deepEqual(await say({ From: FAKE_ACCOUNT.to, To: FAKE_ACCOUNT.from }), [200, false]);
  assert.deepEqual(await say({ To: "whatsapp:+15559990000" }), [200, false]);
  assert.deepEqual(await say({}), [200, true]);
});
