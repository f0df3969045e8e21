import assert from "node:assert/strict";
import { allIncidents, deliver, getJson, ofGroup, startAgent, surroundings, tempFolder, until } from "./testing/mod.ts";

const GROUPS = 500;
const ALERTS = 20;
const MESSAGES = 10;

Deno.test("oncall-agent keeps ten thousand alerts of a storm, tells a few and a digest, and stays within its memory", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  const env = { STORM_MESSAGES: `${MESSAGES}`, STORM_WINDOW: "3600" };
  await using agent = await startAgent(around, { cwd: folder.path, env });
  const memory = async () => {
    const metrics = await (await fetch(`${agent.url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)![1]);
  };
  const before = await memory();

  let next = 0;
  const sender = async () => {
    for (let group = next++; group < GROUPS; group = next++) {
      const alerts = Array.from({ length: ALERTS }, (_, n) => ({
        fingerprint: (group * ALERTS + n).toString(16).padStart(16, "0"),
        labels: { instance: `10.0.${group % 256}.${n}:8001`, description: "x".repeat(200) },
      }));
      // Alertmanager's part: a 503 is sent again.
      while ((await deliver(agent.url, ofGroup(`storm ${group}`, alerts))).status !== 200);
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));

  const incidents = await allIncidents(agent.url);
  assert.equal(incidents.length, GROUPS);
  assert.equal(incidents.reduce((sum, incident) => sum + incident.alerts.length, 0), GROUPS * ALERTS);
  await until("messages are held back", async () => {
    const { outbox } = await getJson<{ outbox: Record<string, number> }>(`${agent.url}/healthz`);
    return (outbox.cancelled ?? 0) >= 10;
  }, { timeoutMs: 120_000 });
  const grown = await memory() - before;
  console.log(`memory before ${Math.round(before / 1e6)} MB, grown by ${Math.round(grown / 1e6)} MB`);
  // Two heaps, the agent's and the one of the thread that reads; each grows to its own liking before it is collected.
  assert.ok(grown < 500e6, `grown by ${grown} bytes`);
  const bodies = around.twilio.messages.map(({ body }) => body);
  assert.equal(bodies.filter((body) => /, incident /.test(body)).length, MESSAGES);
  assert.equal(bodies.filter((body) => body.startsWith(`Alert storm: more than ${MESSAGES} messages`)).length, 1);
  assert.equal(bodies.length, MESSAGES + 1);
});
