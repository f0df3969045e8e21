import assert from "node:assert/strict";
import fc from "fast-check";
import type { ToolCall } from "../../incidents/mod.ts";
import type { Draft } from "../diagnosis.ts";
import { investigateRecorded } from "../testing/investigation.ts";
import { checkDraft, sentencesOf } from "./check.ts";
import { factsOf } from "./facts.ts";

const base: Draft = {
  verdict: "cause_found",
  root_cause: "It is in the evidence.",
  affected_file: null,
  line_number: null,
  suggested_fix: "Mend it.",
  priority: "high",
  next_steps: [],
  claims: [],
};

async function ledgerOf(name: string): Promise<readonly ToolCall[]> {
  const text = Deno.readTextFileSync(new URL(`../situations/${name}.json`, import.meta.url));
  return (await investigateRecorded(JSON.parse(text))).ledger;
}

const demo = await ledgerOf("null_dereference_on_one_route_fresh_system_both_instances");
const oneBad = await ledgerOf("errors_without_a_stack_on_one_bad_instance_of_three");
const slow = await ledgerOf("latency_on_one_instance_of_three");
const crashing = await ledgerOf("an_instance_that_dies_again_and_again");

/** `logs rate instances routes code changes` to the ids of their entries. */
function idsOf(ledger: readonly ToolCall[], names: string): string[] {
  const tools: Record<string, string> = {
    logs: "fetch_logs",
    rate: "compute_error_rate",
    instances: "compare_instances",
    routes: "compare_routes",
    code: "fetch_code_from_github",
    changes: "recent_changes",
  };
  return names.split(" ").map((name) => ledger.find((call) => call.tool === tools[name])!.id);
}

type Case = readonly [ledger: readonly ToolCall[], evidence: string, text: string];

const TRUE: readonly Case[] = [
  [demo, "rate", "33 % of all requests fail."],
  [demo, "rate", "About a third fails: 33.3 percent now."],
  [demo, "rate", "8 errors/s out of 24 requests/s."],
  [demo, "rate", "The service gets 24 requests per second."],
  [demo, "rate", "The error rate has been above 5 % since 14:57:45 UTC."],
  [demo, "logs", "`Cannot read properties of null (reading 'percent')` was logged 80 times."],
  [demo, "logs", 'The log says "TypeError: Cannot read properties of null".'],
  [demo, "logs", "The stack's first line is services/inventory/pricing.ts:6."],
  [demo, "logs", "pricing.ts:6 is called from pricing.ts:2."],
  [demo, "logs", "It fails with a TypeError in unitPrice()."],
  [demo, "logs", "The last error was logged at 14:59:58 UTC."],
  [demo, "logs", "80 error entries were read."],
  [demo, "routes", "/random-endpoint/{trigger} has 100 % of the errors."],
  [demo, "routes", "Requests to /random-endpoint/error all fail: 100 %."],
  [demo, "routes", "/items/{id} fails 0 % of its requests."],
  [demo, "instances", "inv1 fails 33 % and inv2 fails 33 %."],
  [demo, "instances", "127.0.0.1:8001 uses 0.05 cores."],
  [demo, "instances", "Both of 2 instances fail alike, 33 % each."],
  [demo, "instances", "inv2 holds 118 MB."],
  [demo, "code", "Line 6 reads `tierFor(supplier, line.quantity)!.percent`."],
  [demo, "code", "services/inventory/pricing.ts:12 returns `?? null`."],
  [demo, "routes", "The 95th percentile of /items/{id} is 9 ms."],
  [demo, "routes", "16 answers/s have status 200, 8 answers/s have status 500."],
  [demo, "changes", "`inv1 on port 8001 started` at 14:56:40 UTC."],
  [oneBad, "instances", "inv3 fails 70 % of its requests, inv1 and inv2 0 %."],
  [oneBad, "instances", "On port 8003 70 % fail."],
  [oneBad, "rate", "23 % of the requests fail."],
  [slow, "instances", "The 95th percentile on inv2 is 980 ms, where 9 ms were usual."],
  [slow, "instances", "inv2 takes 0.98 s at the 95th percentile."],
  [slow, "instances", "inv2 is about 109 times the others."],
  [crashing, "changes", "inv2 died 3 times; status 137 each time."],
  [crashing, "instances", "inv2 has had 3 restarts."],
];

const FALSE: readonly Case[] = [
  [demo, "rate", "74 % of all requests fail."],
  [demo, "rate", "The error rate is 33.9 %."],
  [demo, "rate", "80 errors/s out of 240 requests/s."],
  [demo, "rate", "The service gets 33 requests per second."],
  [demo, "rate", "The error rate has been high since 13:12:00 UTC."],
  [demo, "rate", "It peaked at 96 %."],
  [demo, "logs", "`Connection refused by the payment gateway` was logged."],
  [demo, "logs", 'The log says "out of memory in worker 3".'],
  [demo, "logs", "The stack's first line is services/inventory/pricing.ts:61."],
  [demo, "logs", "The stack's first line is services/inventory/discounts.ts:6."],
  [demo, "logs", "The failing line is line 9 of services/inventory/pricing.ts."],
  [demo, "logs", "It fails with a RangeError."],
  [demo, "logs", "It fails in computeDiscount()."],
  [demo, "logs", "The error was logged 8000 times."],
  [demo, "logs", "The last error was logged at 15:42:10 UTC."],
  [demo, "routes", "/checkout has most of the errors, 100 %."],
  [demo, "routes", "/items/{id} fails 100 % of its requests."],
  [demo, "routes", "/random-endpoint/{trigger} fails 45 % of its requests."],
  [demo, "routes", "/orders/{id}/lines is affected, too: 33 %."],
  [demo, "instances", "inv3 fails 33 % of its requests."],
  [demo, "instances", "10.1.2.3:8080 fails 33 %."],
  [demo, "instances", "The instance on port 8009 fails 33 %."],
  [demo, "instances", "inv2 holds 512 MB."],
  [demo, "instances", "5 instances are affected."],
  [demo, "instances", "inv1 uses 0.97 cores."],
  [demo, "code", "Line 6 reads `supplier.discount.percent`."],
  [demo, "code", "Line 40 of services/inventory/pricing.ts is wrong."],
  [demo, "changes", "`deployment 42 rolled out` at 14:56:40 UTC."],
  [demo, "routes", "12 answers per second are 503."],
  [oneBad, "instances", "inv1 fails 70 % of its requests."],
  [oneBad, "instances", "inv3 fails 23 % of its requests."],
  [oneBad, "logs", "`upstream timed out` was logged 200 times."],
  [slow, "instances", "The 95th percentile on inv1 is 980 ms."],
  [slow, "instances", "inv2 takes 98 ms at the 95th percentile."],
  [slow, "instances", "inv2 is 30 times slower than the others."],
  [slow, "routes", "/search is slow: 980 ms."],
  [crashing, "changes", "inv1 died 3 times."],
  [crashing, "changes", "inv2 ended with status 139."],
];

Deno.test("checkDraft() verifies each of the true claims", () => {
  assert(TRUE.length >= 30);
  for (const [ledger, evidence, text] of TRUE) {
    const { claims, problems } = checkDraft({ ...base, claims: [{ text, evidence: idsOf(ledger, evidence) }] }, ledger);
    assert.deepEqual([problems, claims[0]!.verified], [[], true], text);
  }
});

Deno.test("checkDraft() catches each of the planted claims", () => {
  assert(FALSE.length >= 30);
  for (const [ledger, evidence, text] of FALSE) {
    const { claims, problems } = checkDraft({ ...base, claims: [{ text, evidence: idsOf(ledger, evidence) }] }, ledger);
    assert.equal(claims[0]!.verified, false, text);
    assert.notEqual(problems.length, 0, text);
  }
});

Deno.test("checkDraft() strikes planted sentences out of root cause, fix and steps", () => {
  for (const [ledger, , text] of FALSE) {
    const { kept, problems } = checkDraft({ ...base, root_cause: `${base.root_cause} ${text}` }, ledger);
    // Between entries the sentence may be true of another one; what is in none must go.
    if (problems.length > 0) assert.equal(kept.root_cause, base.root_cause, text);
  }
  const steps = ["Restart inv9.", "Look at services/inventory/nowhere.ts:3.", "Scale to 4 and wait 10 minutes."];
  assert.deepEqual(checkDraft({ ...base, next_steps: steps }, demo).kept.next_steps, [steps[2]]);
});

Deno.test("checkDraft() keeps a place that stands in a stack frame, or that was read and quoted", () => {
  const at = (line: number, root_cause = base.root_cause) =>
    checkDraft({ ...base, root_cause, affected_file: "services/inventory/pricing.ts", line_number: line }, demo).kept
      .line_number;
  assert.equal(at(6), 6);
  assert.equal(at(61), null);
  assert.equal(at(12), 12);
  const unframed = demo.filter((call) => call.tool !== "fetch_logs");
  const read = (line: number, root_cause: string) =>
    checkDraft({ ...base, root_cause, affected_file: "services/inventory/pricing.ts", line_number: line }, unframed)
      .kept.line_number;
  assert.equal(read(11, "A tier may be missing."), null);
  assert.equal(read(11, "See `function tierFor(supplier: Supplier, quantity: number): Tier | null {`."), 11);
  const other = checkDraft({ ...base, affected_file: "services/inventory/discounts.ts", line_number: 6 }, demo);
  assert.deepEqual([other.kept.affected_file, other.kept.line_number], [null, null]);
});

Deno.test("checkDraft() refuses claims that cite nothing, what is not there, or the wrong entry", () => {
  const of = (evidence: string[]) =>
    checkDraft({ ...base, claims: [{ text: "33 % of all requests fail.", evidence }] }, demo);
  assert.match(of([]).problems[0]!, /cites no entry/);
  assert.match(of(["E99"]).problems[0]!, /E99, which is no entry/);
  assert.match(of(idsOf(demo, "logs")).problems[0]!, /not in E1 \(it is in E2/);
});

Deno.test("checkDraft() does not take a brain's own earlier diagnosis for evidence", () => {
  const own: ToolCall = {
    ...demo[0]!,
    id: "E50",
    tool: "send_diagnosis",
    result: { root_cause: "74 % of all requests fail in services/inventory/other.ts:1." },
  };
  const { claims } = checkDraft({ ...base, claims: [{ text: "74 % of all requests fail.", evidence: ["E50"] }] }, [
    ...demo,
    own,
  ]);
  assert.equal(claims[0]!.verified, false);
});

Deno.test("checkDraft() verifies a measured share however it is rounded, and no other one", () => {
  const rate = { ...demo.find((call) => call.tool === "compute_error_rate")! };
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 99.9, noNaN: true }),
      fc.integer({ min: 0, max: 2 }),
      (percent, decimals) => {
        const measured = Number(percent.toPrecision(4));
        const entry = { ...rate, result: { error_percent: measured } };
        const claim = (value: number) =>
          checkDraft({ ...base, claims: [{ text: `${value.toFixed(decimals)} % fail.`, evidence: [rate.id] }] }, [
            entry,
          ]).claims[0]!.verified;
        assert.equal(claim(measured), true);
        assert.equal(claim(measured + 1.2), false);
      },
    ),
  );
});

Deno.test("factsOf() and checkDraft() end on any text", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      factsOf(text, { instances: new Set(["inv1"]) });
      checkDraft({ ...base, root_cause: text, claims: [{ text, evidence: ["E1"] }] }, demo);
    }),
    { numRuns: 200 },
  );
});

Deno.test("sentencesOf() ends no sentence in a file name, a number or a quotation", () => {
  assert.deepEqual(sentencesOf("It fails at a/b.ts:3. `Oh. No. Way.` was logged 1.5 times. Done"), [
    "It fails at a/b.ts:3.",
    "`Oh. No. Way.` was logged 1.5 times.",
    "Done",
  ]);
});

Deno.test("checkDraft() finds a line of code again whose own backticks a quotation cannot hold", () => {
  const line = { line: 38, text: "  throw new FreightTimeoutError(`no rate from ${url}`, { cause });" };
  const code = demo.find(({ tool }) => tool === "fetch_code_from_github")!;
  const entry = { ...code, result: { file: "services/inventory/freight.ts", lines: [line] } };
  const claim = (said: string) =>
    checkDraft({
      ...base,
      claims: [{ text: `services/inventory/freight.ts:38 reads \`${said}\`.`, evidence: [code.id] }],
    }, [entry]).claims[0]!.verified;
  assert.equal(claim("throw new FreightTimeoutError('no rate from ${url}', { cause });"), true);
  assert.equal(claim("throw new FreightTimeoutError('no rate from ${host}', { cause });"), false);
});

Deno.test("checkDraft() knows how long was looked at, in each way to say it", () => {
  const entry = crashing.find(({ tool }) => tool === "compare_instances")!;
  const verified = (minutes: number, text: string) => {
    const result = { ...entry.result as object, minutes };
    return checkDraft({ ...base, claims: [{ text, evidence: [entry.id] }] }, [{ ...entry, result }]).claims[0]!
      .verified;
  };
  for (
    const [minutes, said] of [[7.5, "7.5 minutes"], [7.5, "450 s"], [15, "15 minutes"], [90, "1.5 hours"], [
      90,
      "90 min",
    ]] as const
  ) {
    assert.equal(verified(minutes, `inv2 was started anew 3 times within ${said}.`), true, said);
  }
  assert.equal(verified(7.5, "inv2 was started anew 3 times within 9 minutes."), false);
});
