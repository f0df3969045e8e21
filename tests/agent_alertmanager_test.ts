import assert from "node:assert/strict";
import type { IncidentView } from "../services/agent/mod.ts";
import {
  allIncidents,
  freePort,
  idle,
  messagesOf,
  startAgent,
  startAlertmanager,
  surroundings,
  tempFolder,
  until,
} from "./testing/mod.ts";

const labels = { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" };
const other = { ...labels, instance: "127.0.0.1:8002" };

Deno.test("oncall-agent follows a real Alertmanager through restarts of both, and tells each thing once", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  const env = { AGENT_PORT: `${freePort()}` };
  let agent = await startAgent(around, { cwd: folder.path, env });
  await using alertmanager = await startAlertmanager(`${agent.url}/alerts`);
  const incidents = () => allIncidents(agent.url);
  /** Resolves with the only incident once it has `kind` in its timeline `times` times, and the agent is idle. */
  const noted = async (kind: string, times = 1): Promise<IncidentView> => {
    await until(`${kind} is noted`, async () => {
      const [incident] = await incidents();
      return incident?.timeline.filter((entry) => entry.kind === kind).length === times;
    });
    await idle(agent.url);
    const all = await incidents();
    assert.equal(all.length, 1);
    return all[0]!;
  };
  const told = (incident: IncidentView) => {
    const { pages, others } = messagesOf(around.twilio.messages, incident.code);
    return { pages, others: others.length };
  };
  /** How many deliveries the agent that runs now has answered. */
  const answered = async () => {
    const metrics = await (await fetch(`${agent.url}/metrics`)).text();
    return [...metrics.matchAll(/^oncall_agent_deliveries_total\{outcome="\w+"\} (\d+)$/gm)]
      .reduce((sum, [, count]) => sum + Number(count), 0);
  };

  await alertmanager.fire(labels);
  const first = await noted("diagnosis");
  assert.deepEqual(told(first), { pages: 1, others: 0 });

  // Killed, it has forgotten what it told, and tells it again.
  const before = await answered();
  await alertmanager.restart("SIGKILL");
  await alertmanager.fire(labels);
  await until("the alert is delivered again", async () => await answered() > before);
  await idle(agent.url);
  assert.deepEqual((await noted("diagnosis")).timeline, first.timeline);
  assert.deepEqual(told(first), { pages: 1, others: 0 });

  // While the agent is away another alert joins; Alertmanager tries until it is back.
  agent.kill("SIGKILL");
  await agent.stop();
  await alertmanager.fire(labels, other);
  agent = await startAgent(around, { cwd: folder.path, env });
  const joined = await noted("alert_joined");
  assert.equal(joined.alerts.length, 2);
  assert.deepEqual(told(joined), { pages: 1, others: 1 });

  await alertmanager.restart("SIGTERM");
  // As Prometheus does while they last. Of alerts that it hears of first when they are over, it may tell of one only.
  await alertmanager.fire(labels, other);
  await alertmanager.end(labels, other);
  const resolved = await noted("resolved");
  assert.equal(resolved.state, "resolved");
  assert.deepEqual(told(resolved), { pages: 1, others: 2 });

  await alertmanager.fire(labels);
  const again = await noted("diagnosis", 2);
  assert.deepEqual([again.episode, again.state], [2, "diagnosed"]);
  assert.deepEqual(told(again), { pages: 2, others: 2 });
  await agent.stop();
});
