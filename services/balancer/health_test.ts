import assert from "node:assert/strict";
import { Health, HEALTH_RULES, type HealthRules } from "./health.ts";

function healthOf(rules: Partial<HealthRules> = {}, othersIn = () => true): Health {
  return new Health({ ...HEALTH_RULES, ...rules }, { othersIn, onChange: () => {} });
}

Deno.test("Health takes a backend out at once when it refuses a connection, with a growing pause", () => {
  const health = healthOf();
  let now = 1_000_000;
  for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    health.connectFailed(now);
    assert.equal(health.out, "connect");
    health.probed(undefined, now + pauseMs - 1);
    assert.equal(health.out, "connect", `still out before ${pauseMs} ms`);
    now += pauseMs;
    health.probed(undefined, now);
    assert.equal(health.out, undefined);
  }
  health.probed(undefined, now += 60_000);
  health.connectFailed(now);
  health.probed(undefined, now + 1_000);
  assert.equal(health.out, undefined, "who held out long enough starts from the short pause");
});

Deno.test("Health gives a returning backend a growing share", () => {
  const health = healthOf();
  assert.equal(health.share(0), 1);
  health.connectFailed(0);
  assert.equal(health.share(500), 0);
  health.probed(undefined, 1_000);
  assert.equal(health.share(1_000), 0.1);
  assert.equal(health.share(3_500), 0.5);
  assert.equal(health.share(6_000), 1);
});

Deno.test("Health.answered() asks for a backend to go out behind consecutive 5xx", () => {
  const health = healthOf({ serverErrors: 3 });
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
  health.probed(undefined, 1_000);
  assert.equal(health.out, undefined);

  const patient = healthOf({ serverErrors: 0 });
  assert.equal(Array.from({ length: 50 }, () => patient.answered(500, 0)).includes(true), false);
});

Deno.test("Health takes a backend out behind a few time-outs in a row, or failed probes", () => {
  const health = healthOf();
  health.failed("timeout", 0);
  health.failed("timeout", 0);
  health.answered(200, 0);
  health.failed("timeout", 0);
  health.failed("broken", 0);
  assert.equal(health.out, undefined);
  assert.equal(health.failed("timeout", 0), true);
  assert.equal(health.out, "timeout");

  const probed = healthOf();
  assert.equal(probed.probed("no answer", 0), false);
  assert.equal(probed.probed("no answer", 0), true);
  assert.equal(probed.probed("no answer", 0), false);
  assert.equal(probed.out, "probe");
});

Deno.test("Health leaves the last backend in, unless it takes no connections", () => {
  const changes: unknown[] = [];
  const health = new Health(HEALTH_RULES, {
    othersIn: () => false,
    onChange: (...change) => void changes.push(change),
  });
  for (let i = 0; i < 10; i++) {
    health.failed("timeout", 0);
    health.probed("no answer", 0);
  }
  health.serverErrors(0);
  assert.equal(health.out, undefined);
  health.connectFailed(0, "refused");
  assert.equal(health.out, "connect");
  health.answered(200, 0);
  assert.deepEqual(changes, [[undefined, "refused"], ["connect"]]);
});

Deno.test("Health.silent() takes a backend out, tells so too when it was out already, and leaves the last one in", () => {
  const health = healthOf();
  assert.equal(health.silent("no answer", 0), true);
  assert.equal(health.out, "probe");
  const refused = healthOf();
  refused.connectFailed(0);
  assert.equal(refused.silent("no answer", 0), true);
  assert.equal(refused.out, "connect");
  const last = healthOf({}, () => false);
  assert.equal(last.silent("no answer", 0), false);
  assert.equal(last.out, undefined);
});
