import assert from "node:assert/strict";
import { investigateRecorded, NOW } from "./testing/investigation.ts";
import type { Recorded } from "./testing/recorded.ts";

const bug: Recorded = JSON.parse(Deno.readTextFileSync(
  new URL("./situations/null_dereference_on_one_route_fresh_system_both_instances.json", import.meta.url),
));

interface Query {
  /** `requests`, `errors` or `other`. */
  readonly counter: string;
  readonly range: boolean;
  readonly grouped: boolean;
  readonly query: string;
}

/** What a person reads where Prometheus answers every query with `points` of seconds before now and values. */
async function toldOf(
  points: (query: Query) => readonly (readonly [ago: number, value: string])[] | null,
  more: object = {},
): Promise<{ text: string; missing: string; rate: number | null | undefined; confidence: number }> {
  const { diagnosis } = await investigateRecorded(bug, {
    around: (fetch) => (input, init) => {
      const url = new URL(new Request(input as string, init).url);
      const query = url.searchParams.get("query");
      if (query === null) return fetch(input, init);
      const range = url.pathname.endsWith("_range");
      const counter = /requests_total/.test(query) ? "requests" : /errors_total/.test(query) ? "errors" : "other";
      const found = points({ counter, range, grouped: / by /.test(query), query });
      const at = (ago: number) => NOW.getTime() / 1000 - ago;
      const metric = { instance: "127.0.0.1:8001", name: "inv1", route: "/items/{id}", status: "200" };
      const values = (found ?? []).map(([ago, value]) => [at(ago), value] as const);
      const result = found === null ? [] : [{ metric, ...(range ? { values } : { value: values.at(-1) }) }];
      const data = { resultType: range ? "matrix" : "vector", result };
      return Promise.resolve(Response.json({ status: "success", data, ...more }));
    },
  });
  const { root_cause: cause, claims, missing, error_rate: rate, confidence } = diagnosis;
  return {
    text: [cause, ...claims.map((claim) => claim.text)].join("\n"),
    missing: missing.join("\n"),
    rate,
    confidence,
  };
}

const steady = (value: string, count = 60): readonly (readonly [number, string])[] =>
  Array.from({ length: count }, (_, index) => [(count - 1 - index) * 15, value]);

const NO_NUMBERS: readonly (readonly [name: string, requests: string | null, errors: string | null, said: RegExp])[] = [
  ["NaN for all", "NaN", "NaN", /^error rate: .*request counts.*not a number/m],
  ["+Inf requests", "+Inf", "5", /^error rate: .*request counts.*infinite number \(something divided by 0\)/m],
  ["-Inf requests", "-Inf", "5", /^error rate: .*infinite number/m],
  ["NaN errors", "10", "NaN", /^error rate: .*error counts.*not a number.*unknown, which is not zero/m],
  ["infinite errors", "10", "+Inf", /^error rate: .*error counts.*infinite/m],
  ["no requests", null, "5", /^error rate: Prometheus has no request counts.*which is not zero/m],
  ["nothing at all", null, null, /^error rate: Prometheus has no request counts/m],
  ["zero requests", "0", "0", /^error rate: no requests in the window/m],
  ["more errors than requests", "2", "9", /^error rate: more errors than requests/m],
];

for (const [name, requests, errors, said] of NO_NUMBERS) {
  Deno.test(`compute_error_rate says what it has instead of a number: ${name}`, async () => {
    const told = await toldOf(({ counter }) => {
      const value = counter === "errors" ? errors : counter === "requests" ? requests : null;
      return value === null ? null : steady(value);
    });
    assert.equal(told.rate, null);
    assert.match(told.missing, said);
    assert.doesNotMatch(`${told.text}\n${told.missing}`, /NaN|undefined|null %|[^-\w]0 % of/);
  });
}

Deno.test("compute_error_rate says where counts are there and read too rarely for a rate", async () => {
  const told = await toldOf(({ counter, query }) =>
    counter === "requests" && /^count\(/.test(query) ? steady("4") : null
  );
  assert.equal(told.rate, null);
  assert.match(told.missing, /^error rate: .*too few points of them in 1m for a rate/m);
});

Deno.test("compute_error_rate says when counts ended that were there", async () => {
  const told = await toldOf(({ counter, range }) =>
    counter === "other" || !range ? null : steady("10").map(([ago, value]) => [ago + 120, value] as const)
  );
  assert.match(
    told.missing,
    /^error rate: the request counts of this service in Prometheus ended at 2026-11-22T14:58:00Z/m,
  );
});

Deno.test("compute_error_rate takes an error counter that is not there yet for no errors where statuses say so", async () => {
  const told = await toldOf(({ counter }) => counter === "requests" ? steady("10") : null);
  assert.equal(told.rate, 0);
});

Deno.test("An investigation says which measurements are no numbers, and which are too few", async () => {
  const none = await toldOf(({ counter }) => steady(counter === "other" ? "NaN" : "10"));
  assert.match(none.missing, /^instances: what Prometheus has of .*cpu.* is not a number, so it is not known$/m);
  const few = await toldOf(() => steady("10", 2));
  assert.match(
    few.missing,
    /^instances, routes: Prometheus has fewer than 4 points of requests|fewer than 4 points of/m,
  );
});

const PARTIAL = [
  { warnings: ["store-7: deadline exceeded"] },
  { isPartial: true },
  { infos: ["partial response: 1 of 3 replicas answered"] },
];

for (const more of PARTIAL) {
  Deno.test(`An investigation tells a partial answer once: ${Object.keys(more)[0]}`, async () => {
    const healthy = (query: Query) => steady(query.counter === "errors" ? "0" : "10");
    const told = await toldOf(healthy, more);
    assert.match(told.text, /The numbers may be of a part only: `the answer is partial/);
    assert.equal(told.missing.split("\n").filter((line) => /the answer is partial/.test(line)).length, 1);
    assert.match(told.missing, /^error rate, instances, routes: the answer is partial/m);
    const whole = await toldOf(healthy);
    assert(told.confidence < whole.confidence, `${told.confidence} ${whole.confidence}`);
    assert.doesNotMatch(whole.text + whole.missing, /partial|part only/);
  });
}
