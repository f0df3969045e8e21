import assert from "node:assert/strict";
import { Health, HEALTH_RULES } from "./health.ts";

const never = () => false;
const always = () => true;

Deno.test("Health takes a backend out at once when it refuses a connection, with a growing pause", () => {
  const health = new Health(HEALTH_RULES);
  let now = 1_000_000;
  for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    health.connectFailed(now);
    assert.equal(health.out, "connect");
    health.probed(true, now + pauseMs - 1);
    assert.equal(health.out, "connect", `still out before ${pauseMs} ms`);
    now += pauseMs;
    health.probed(true, now);
    assert.equal(health.out, undefined);
  }
  health.probed(true, now += 60_000);
  health.connectFailed(now);
  health.probed(true, now + 1_000);
  assert.equal(health.out, undefined, "who held out long enough starts from the short pause");
});

Deno.test("Health gives a returning backend a growing share", () => {
  const health = new Health(HEALTH_RULES);
  assert.equal(health.share(0), 1);
  health.connectFailed(0);
  assert.equal(health.share(500), 0);
  health.probed(true, 1_000);
  assert.equal(health.share(1_000), 0.1);
  assert.equal(health.share(3_500), 0.5);
  assert.equal(health.share(6_000), 1);
});

Deno.test("Health takes a backend out for consecutive 5xx only when the others do better", () => {
  const health = new Health({ ...HEALTH_RULES, serverErrors: 3 });
  for (let i = 0; i < 10; i++) health.answered(500, i, never);
  assert.equal(health.out, undefined);
  health.answered(200, 10, always);
  health.answered(500, 11, always);
  health.answered(500, 12, always);
  assert.equal(health.out, undefined);
  health.answered(503, 13, always);
  assert.equal(health.out, "server_errors");
});

Deno.test("Health takes a backend out behind a few time-outs in a row, or failed probes", () => {
  const health = new Health(HEALTH_RULES);
  health.failed("timeout", 0);
  health.failed("timeout", 0);
  health.answered(200, 0, always);
  health.failed("timeout", 0);
  health.failed("broken", 0);
  assert.equal(health.out, undefined);
  assert.equal(health.failed("timeout", 0), true);
  assert.equal(health.out, "timeout");

  const probed = new Health(HEALTH_RULES);
  assert.equal(probed.probed(false, 0), false);
  assert.equal(probed.probed(false, 0), true);
  assert.equal(probed.probed(false, 0), false);
  assert.equal(probed.out, "probe");
});
