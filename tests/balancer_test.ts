import assert from "node:assert/strict";
import { chaos, postsWhileBackendsDie } from "./support/mod.ts";

/** Length and rate; `deno task bench chaos` is the long form. */
const SECONDS = 15;
const RPS = 200;

Deno.test("oncall-lb fails no GET and no PUT while instances die, freeze, come and go, and the manager is away", async () => {
  const { report, rounds, told } = await chaos({ seconds: SECONDS, rps: RPS });
  assert(rounds > 0);
  assert.deepEqual(report.failures, {}, told);
  assert.equal(report.errors, 0, told);
  assert.equal(report.timeouts, 0, told);
  assert(report.completed > 0, told);
});

Deno.test("oncall-lb sends no POST twice, whatever dies under it", async () => {
  const { received, answered, refused } = await postsWhileBackendsDie(6);
  assert.deepEqual([...refused].filter(([, status]) => status !== 502), []);
  assert.deepEqual([...received].filter(([, count]) => count > 1), []);
  assert.deepEqual([...answered].filter((name) => !received.has(name)), [], "what was answered was received");
});
