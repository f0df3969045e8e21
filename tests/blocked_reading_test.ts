import assert from "node:assert/strict";
import { join } from "node:path";
import { allIncidents, deliver, getJson, idle, ofGroup, startAgent, surroundings } from "./testing/agent.ts";
import { tempFolder, until } from "./testing/mod.ts";

/** On a line of some length it takes longer than anyone can wait. */
const SLOW = "^(?:[^§]+\\s?)+§$";

/** Three services, each with a pattern of its operator's that never ends on a line of its log. */
const CATALOGUE = `services:
  - name: cart
    match: [{ service: cart }]
    logs: { source: file, path: logs/shop.log, entry: '${SLOW}' }
  - name: checkout
    match: [{ service: checkout }]
    logs: { source: file, path: logs/shop.log, errors: '${SLOW}' }
  - name: shipping
    match: [{ service: shipping }]
    logs: { source: file, path: logs/shop.log }
    code: { source: checkout, include: [src/**], frames: [{ pattern: '${SLOW}', path: "src/$1" }] }
`;
const SERVICES = ["cart", "checkout", "shipping"];

Deno.test("agent takes alerts in while operators' patterns never end on a line, and tells what it lacks", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  for (const name of ["config", "logs", "src"]) await Deno.mkdir(join(folder.path, name));
  await Deno.writeTextFile(join(folder.path, "config/oncall.yaml"), CATALOGUE);
  const time = new Date().toISOString();
  const file = `/srv/${"a".repeat(60)}/${"b".repeat(60)}.ts`;
  const error = `${time} ERROR Error: ${"a".repeat(120)}\n    at total (${file}:3:7)\n    at main (${file}:9:1)\n`;
  await Deno.writeTextFile(join(folder.path, "logs/shop.log"), error);
  await using agent = await startAgent(around, { cwd: folder.path, env: { CODE_ROOT: "." } });
  const running = async () => (await getJson<{ work: { running: number } }>(`${agent.url}/healthz`)).work.running;
  const labels = { alertname: "HighErrorRate", severity: "critical" };
  for (const service of SERVICES) await deliver(agent.url, ofGroup(service, [{ labels: { ...labels, service } }]));
  await until("the investigations go on", async () => await running() > 0);
  let taken = 0;
  while (await running() > 0 && taken < 20) {
    const answer = await deliver(agent.url, ofGroup(`more-${taken}`, [{ labels: { ...labels, service: "other" } }]));
    assert.equal(answer.status, 200);
    taken++;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.ok(taken >= 5, `${taken} deliveries were taken in meanwhile`);
  await idle(agent.url);
  const incidents = (await allIncidents(agent.url)).map((one) => ({ ...one, service: one.alerts[0]!.labels.service! }))
    .filter(({ service }) => SERVICES.includes(service));
  assert.equal(incidents.length, 3);
  for (const { service, diagnosis, tool_calls, notifications } of incidents) {
    assert.equal(diagnosis?.verdict, "not_enough_evidence", service);
    assert.match(JSON.stringify(diagnosis.missing), /logs/, service);
    const read = tool_calls.find(({ tool }) => tool === "fetch_logs");
    assert.match(JSON.stringify(read?.result), /fetch_logs was ended: what it read kept it busy for 8 s/, service);
    const told = notifications.some(({ channel, kind, state }) =>
      channel === "whatsapp" && kind === "diagnosis" && state === "sent"
    );
    assert.ok(told, service);
    const innocent = tool_calls.filter(({ tool }) => tool !== "fetch_logs");
    assert.ok(innocent.every(({ result }) => !JSON.stringify(result).includes("was ended")), service);
  }
});
