import assert from "node:assert/strict";
import { oncall } from "../testing/world.ts";

const checks = [
  { name: "Prometheus", state: "ok", text: "it answers; 6 of 6 targets are up" },
  { name: "Jira", state: "failed", text: "no project NOPE: check JIRA_PROJECT_KEY\x1b[2J\nack" },
  { name: "WhatsApp", state: "skipped", text: "not configured: set TWILIO_AUTH_TOKEN" },
];

Deno.test("doctor() says in one line each what is wrong, and ends with 1 when something is", async () => {
  const { exitCode, out } = await oncall("doctor", { "GET 8088/api/doctor": { ok: false, checks } });
  assert.equal(exitCode, 1);
  assert.equal(out.split("\n").length, 4);
  assert.match(out, /^ok {6} Prometheus {2}it answers/);
  assert.match(out, /\nfailed {2} +Jira {8}no project NOPE: check JIRA_PROJECT_KEY/);
  assert.ok(!out.includes("\x1b"));
  const well = await oncall("doctor --json", { "GET 8088/api/doctor": { ok: true, checks: checks.slice(0, 1) } });
  assert.deepEqual([well.exitCode, JSON.parse(well.out).checks.length], [0, 1]);
  assert.equal((await oncall("doctor")).exitCode, 3);
});
