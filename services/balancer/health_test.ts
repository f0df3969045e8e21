import assert from "node:assert/strict";
import { Health, HEALTH_RULES } from "./health.ts";

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

Deno.test("Health.answered() asks for a backend to go out behind consecutive 5xx", () => {
  const health = new Health({ ...HEALTH_RULES, serverErrors: 3 });
  const statuses = [500, 500, 200, 500, 502, 503, 500];
  assert.deepEqual(statuses.map((status) => health.answered(status, 0)), [
    false,
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
  health.serverErrors(0);
  assert.equal(health.out, "server_errors");
  health.answered(200, 0);
  assert.equal(health.out, "server_errors", "an answer sent for before does not bring it back");
  health.probed(true, 1_000);
  assert.equal(health.out, undefined);

  const patient = new Health({ ...HEALTH_RULES, serverErrors: 0 });
  assert.equal(Array.from({ length: 50 }, () => patient.answered(500, 0)).includes(true), false);
});

Deno.test("Health takes a backend out behind a few time-outs in a row, or failed probes", () => {
  const health = new Health(HEALTH_RULES);
  health.failed("timeout", 0);
  health.failed("timeout", 0);
  health.answered(200, 0);
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
