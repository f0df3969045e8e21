import assert from "node:assert/strict";
import fc from "fast-check";
import type { Point } from "../sources/mod.ts";
import { failingStretch, leastPercent, percentsOf } from "./certainty.ts";

const points = (...values: number[]): Point[] => values.map((value, index) => [index * 15, value]);

Deno.test("leastPercent() asks for more than chance makes of few requests", () => {
  const least = (errors: number, requests: number) => leastPercent({ errors, requests }, 1);
  assert(least(1, 12) < 2);
  assert(least(6, 75) < 5);
  assert(least(80, 1000) > 5);
  assert(least(24, 60) > 20);
  assert.equal(least(0, 0), 0);
});

Deno.test("leastPercent() stays below the share, and comes nearer the more was counted", () => {
  fc.assert(fc.property(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0.01, max: 1000, noNaN: true }),
    (share, requests) => {
      const counted = { errors: share * requests, requests };
      const [few, many] = [leastPercent(counted, 1), leastPercent(counted, 60)];
      assert(few >= 0 && few <= many + 1e-9 && many <= share * 100 + 1e-9);
    },
  ));
});

Deno.test("leastPercent() is above the true share in about one of a hundred counts", () => {
  // The exact chance, from the binomial distribution of 300 requests of which 2 % fail.
  let above = 0;
  let chance = 0.98 ** 300;
  for (let errors = 0; errors <= 300; errors++) {
    if (leastPercent({ errors, requests: 300 }, 1) > 2) above += chance;
    chance *= (300 - errors) / (errors + 1) * (0.02 / 0.98);
  }
  assert(above > 0.001 && above < 0.03, `${above}`);
});

Deno.test("failingStretch() leaves a time out that chance explains, and finds the one before it", () => {
  const requests = points(20, 20, 20, 20, 1, 1, 1, 1);
  const errors = points(0, 8, 8, 0, 0, 0, 0.08, 0.08);
  assert.deepEqual(failingStretch({ errors, requests }, { threshold: 5, seconds: 60 }), {
    since: 15,
    until: 45,
    peak: 40,
    peakAt: 15,
  });
  const few = { errors: points(0, 0.08), requests: points(1, 1) };
  assert.equal(failingStretch(few, { threshold: 5, seconds: 60 }), null);
});

Deno.test("failingStretch() ends where there are no requests any more, which is not zero", () => {
  const counted = { errors: points(8, 8, 0, 0), requests: points(20, 20, 0, 0) };
  assert.equal(failingStretch(counted, { threshold: 5, seconds: 60 })!.until, 30);
  assert(Number.isNaN(percentsOf(counted)[2]![1]));
});
