import assert from "node:assert/strict";
import fc from "fast-check";
import { shippedCatalogue } from "./catalogue/mod.ts";
import { investigateRecorded, NOW } from "./testing/investigation.ts";
import type { Recorded } from "./testing/recorded.ts";

/** Lines of healthy services, some with words of trouble; `#` is a number. */
const HARMLESS: readonly string[] = [
  "INFO order # taken",
  "INFO GET /basket/# 200 #ms",
  "DEBUG cache hit for sku #",
  "cart # saved in # ms",
  "heartbeat ok, error count: 0",
  "checked # files, failures: none",
  'level=info msg="no error found" batch=#',
  'level=info msg="retrying is off" last_error=""',
  '{"level":"info","msg":"refund # accepted","err":null}',
  '{"level":30,"msg":"user # signed in","error":false}',
  '{"severity":"INFO","message":"error budget is at # %"}',
  '10.0.0.# - - "GET /errors HTTP/1.1" 200 #',
  '10.0.0.# - - "GET /missing/# HTTP/1.1" 404 #',
  "TRACE exception handler registered for worker #",
  "worker # started",
  "job 500 of # is done",
  "INFO failed logins so far: 0",
  "NOTICE configuration reloaded, # keys",
  "I# main.go:#] lease renewed",
  "[info] # connections, 0 failed",
  "last error: none",
  "the panic button was tested # times",
  "kept # of 500 rows",
];

const failing: Recorded = {
  name: "errors, and a log of harmless lines",
  alert: { labels: { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" }, ago: 60 },
  instances: [{ name: "inv1", instance: "127.0.0.1:8001", cpu: 0.04, memory_mb: 118 }],
  routes: [{ route: "/items/{id}", rps: 20, error_percent: [[900, 0], [200, 30]], p95_ms: 9 }],
  events: [],
  expect: { verdict: "not_enough_evidence" },
};

/** What is found out where the log holds `lines`, evenly spread over the last five minutes, and those of `since` from the onset on. */
async function diagnosisOf(lines: readonly string[], more: Partial<Recorded> = {}, since: readonly string[] = []) {
  const path = await Deno.makeTempFile();
  const catalogue = shippedCatalogue();
  const services = catalogue.services.map((service) =>
    service.name === "inventory" ? { ...service, logs: { source: "file" as const, path } } : service
  );
  const at = (index: number) => new Date(NOW.getTime() - 300_000 * (1 - index / lines.length)).toISOString();
  try {
    const late = (index: number) => new Date(NOW.getTime() - 190_000 * (1 - index / since.length)).toISOString();
    const all = [
      ...lines.map((line, index) => `${at(index)} ${line}\n`),
      ...since.map((line, index) => `${late(index)} ${line}\n`),
    ];
    await Deno.writeTextFile(path, all.sort().join(""));
    return (await investigateRecorded({ ...failing, ...more }, { catalogue: { ...catalogue, services } })).diagnosis;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("An investigation takes no harmless line for a cause, however many there are, in 200 random mixes", async () => {
  const mix = fc.array(
    fc.record({
      line: fc.constantFrom(...HARMLESS),
      times: fc.integer({ min: 1, max: 60 }),
      number: fc.integer({ min: 0, max: 99_999 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(mix, fc.boolean(), fc.infiniteStream(fc.nat(1_000)), async (parts, measured, order) => {
      const lines = parts.flatMap(({ line, times, number }) =>
        Array.from({ length: times }, (_, index) => line.replaceAll("#", String(number + index)))
      );
      const shuffled = lines.map((line) => [order.next().value!, line] as const).sort(([a], [b]) => a - b)
        .map(([, line]) => line);
      const diagnosis = await diagnosisOf(shuffled, measured ? {} : { away: ["prometheus"] });
      assert.equal(
        diagnosis.verdict,
        "not_enough_evidence",
        JSON.stringify([diagnosis.root_cause, shuffled.slice(0, 9)]),
      );
      assert(diagnosis.confidence <= 0.3, `${diagnosis.confidence}`);
      assert.equal(diagnosis.affected_file, null);
    }),
    { numRuns: 200 },
  );
});

Deno.test("An investigation takes no harmless line for a cause that begins at the onset, in 200 random mixes", async () => {
  const part = fc.record({
    line: fc.constantFrom(...HARMLESS),
    times: fc.integer({ min: 1, max: 60 }),
    number: fc.integer({ min: 0, max: 99_999 }),
  });
  const parts = fc.array(part, { minLength: 1, maxLength: 4 });
  const linesOf = (mix: readonly { line: string; times: number; number: number }[]) =>
    mix.flatMap(({ line, times, number }) =>
      Array.from({ length: times }, (_, index) => line.replaceAll("#", String(number + index)))
    );
  await fc.assert(
    fc.asyncProperty(parts, parts, fc.boolean(), async (before, since, measured) => {
      const begins = since.filter(({ line }) => before.every((other) => other.line !== line));
      const more = measured ? {} : { away: ["prometheus"] } satisfies Partial<Recorded>;
      const diagnosis = await diagnosisOf(linesOf(before), more, linesOf(begins));
      assert.equal(diagnosis.verdict, "not_enough_evidence", diagnosis.root_cause);
      assert(diagnosis.confidence <= 0.3, `${diagnosis.confidence}`);
      assert.equal(diagnosis.affected_file, null);
    }),
    { numRuns: 200 },
  );
});

const REASONS: readonly (readonly [name: string, line: string, said: RegExp])[] = [
  ["a level", "ERROR stock of # could not be read", /stock of \d+ could not be read/],
  ["a level in a field", 'level=error msg="stock of # is locked"', /stock of \d+ is locked/],
  ["a level in JSON", '{"level":"error","msg":"stock of # is locked"}', /stock of \d+ is locked/],
  ["an error's name without a level", "StockError: shelf # is empty", /StockError: shelf \d+ is empty/],
  ["a status", '10.0.0.9 - - "GET /items/# HTTP/1.1" 503 12', /503/],
];

for (const [name, line, said] of REASONS) {
  Deno.test(`An investigation finds what has a reason to be an explanation among 500 harmless lines: ${name}`, async () => {
    const lines = Array.from(
      { length: 500 },
      (_, index) => (index % 10 === 9 ? line : "INFO order # taken").replaceAll("#", String(index)),
    );
    const diagnosis = await diagnosisOf(lines);
    assert.equal(diagnosis.verdict, "cause_found", diagnosis.root_cause);
    assert.match(diagnosis.root_cause, said);
    assert.doesNotMatch(diagnosis.root_cause, /order \d+ taken/);
  });
}
