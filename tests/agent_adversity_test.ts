import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  allIncidents,
  BIN,
  deliver,
  ensureBuilt,
  executablePath,
  type Fault,
  freePort,
  getJson,
  idle,
  messagesOf,
  ofGroup,
  startAgent,
  surroundings,
  tempFolder,
  until,
} from "./testing/mod.ts";

Deno.test("oncall-agent answers 503 while another process holds its database, and takes the delivery after that", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  await using agent = await startAgent(around, { cwd: folder.path });
  const other = new DatabaseSync(`${folder.path}/run/oncall.db`, { timeout: 30_000 });
  try {
    other.exec("BEGIN IMMEDIATE");
    const refused = await deliver(agent.url, ofGroup("locked"));
    assert.deepEqual([refused.status, refused.body.error], [503, "store_unavailable"]);
    assert.match(refused.retryAfter ?? "", /^[1-9]\d*$/);
    await notWritable(agent.url, /locked|waited/);
    // What only reads goes on.
    assert.deepEqual(await allIncidents(agent.url), []);
  } finally {
    other.exec("ROLLBACK");
    other.close();
  }
  assert.equal((await deliver(agent.url, ofGroup("locked"))).status, 200);
  assert.equal((await getJson<{ ok: boolean }>(`${agent.url}/healthz`)).ok, true);
  await idle(agent.url);
  const [incident] = await allIncidents(agent.url);
  assert.equal(messagesOf(around.twilio.messages, incident!.code).pages, 1);
});

Deno.test("oncall-agent answers 503 when its disk is full, and has lost nothing when there is room again", async () => {
  await ensureBuilt("agent");
  await using folder = await tempFolder();
  await using around = await surroundings();
  const port = freePort();
  // Files may have 2 MiB: to SQLite a write beyond that fails as on a full disk. The signal that goes with it is ignored.
  const child = new Deno.Command("sh", {
    args: ["-c", `trap '' XFSZ; ulimit -f 4096; exec "$0"`, executablePath("agent")],
    cwd: folder.path,
    env: { ...around.env, AGENT_PORT: `${port}`, PATH: `${BIN}:${Deno.env.get("PATH")}`, INVESTIGATIONS: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  const taken: string[] = [];
  try {
    await until("the agent answers", async () => (await getJson<{ ok: boolean }>(`${url}/healthz`)).ok);
    let refused: Awaited<ReturnType<typeof deliver>> | undefined;
    for (let n = 0; refused === undefined && n < 200; n++) {
      const description = "x".repeat(50_000);
      const answer = await deliver(url, ofGroup(`full ${n}`, [{ annotations: { description } }]));
      if (answer.status === 200) taken.push(`full ${n}`);
      else refused = answer;
    }
    assert.deepEqual([refused?.status, refused?.body.error], [503, "store_unavailable"]);
    assert.ok(taken.length > 0);
    await notWritable(url, /cannot write: .*(full|I\/O)/);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
  await using agent = await startAgent(around, { cwd: folder.path });
  await idle(agent.url);
  const incidents = await allIncidents(agent.url);
  assert.deepEqual(incidents.map((incident) => incident.group_key).sort(), taken.toSorted());
  for (const incident of incidents) {
    assert.equal(incident.timeline.filter((entry) => entry.kind === "diagnosis").length, 1);
    assert.equal(messagesOf(around.twilio.messages, incident.code).pages, 1);
  }
});

Deno.test("oncall-agent tells once whatever Twilio answers, and on the log what Twilio will not take", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  const { twilio } = around;
  let faults: Fault[] = [];
  twilio.fault = () => faults.shift();
  await using agent = await startAgent(around, { cwd: folder.path });
  const cases: [string, Fault[]][] = [
    ["500 before taking it", [{ status: 500 }]],
    ["500 after taking it", ["take_then_500"]],
    ["429 with Retry-After", [{ status: 429, retryAfter: "1" }, { status: 429, retryAfter: "1" }]],
    ["closed in the middle of its answer", ["take_then_break"]],
  ];
  for (const [name, given] of cases) {
    faults = [...given];
    assert.equal((await deliver(agent.url, ofGroup(name))).status, 200);
    await idle(agent.url);
    const incident = (await allIncidents(agent.url)).at(-1)!;
    assert.equal(incident.group_key, name);
    assert.equal(messagesOf(twilio.messages, incident.code).pages, 1, name);
    const [told] = incident.notifications.filter(({ channel }) => channel === "whatsapp");
    assert.equal(told!.state, "sent", name);
  }
  faults = [{ status: 401, code: 20003 }];
  assert.equal((await deliver(agent.url, ofGroup("wrong credentials"))).status, 200);
  await idle(agent.url);
  const incident = (await allIncidents(agent.url)).at(-1)!;
  assert.equal(messagesOf(twilio.messages, incident.code).pages, 0);
  const states = incident.notifications.map(({ channel, kind, state }) => `${channel} ${kind} ${state}`);
  assert.deepEqual(states.sort(), ["log diagnosis sent", "log undelivered sent", "whatsapp diagnosis failed"]);
});

Deno.test("oncall-agent goes on after Twilio hangs and the agent is ended meanwhile, without telling twice", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  let hung = 0;
  around.twilio.fault = () => hung++ === 0 ? "hang" : undefined;
  const first = await startAgent(around, { cwd: folder.path });
  assert.equal((await deliver(first.url, ofGroup("hanging"))).status, 200);
  await until("Twilio was asked", () => hung > 0);
  first.kill("SIGKILL");
  await first.stop();
  await using agent = await startAgent(around, { cwd: folder.path });
  await idle(agent.url);
  const [incident] = await allIncidents(agent.url);
  assert.equal(messagesOf(around.twilio.messages, incident!.code).pages, 1);
});

/** `/healthz` answers 503 and says why. */
async function notWritable(url: string, reason: RegExp): Promise<void> {
  const response = await fetch(`${url}/healthz`);
  const body = await response.json();
  assert.deepEqual([response.status, body.ok, body.store.writable], [503, false, false]);
  assert.match(body.store.reason, reason);
}
