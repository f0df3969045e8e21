import assert from "node:assert/strict";
import * as v from "valibot";
import { draftSchema, toDraft } from "./diagnosis.ts";

const base = { root_cause: "It fails.", suggested_fix: "Mend it.", priority: "high", next_steps: [] };
const draft = (more: Record<string, unknown>) => toDraft(v.parse(draftSchema, { ...base, ...more }));

Deno.test("toDraft() takes the line from behind the file, however it is written", () => {
  for (
    const file of [
      "shop/pricing.py:38",
      "shop/pricing.py:38:12",
      "shop/pricing.py:38-40",
      "shop/pricing.py#L38",
      "shop/pricing.py#L38-L40",
      "shop/pricing.py line 38",
      "shop/pricing.py, line 38",
      "shop/pricing.py (line 38)",
      "`shop/pricing.py:38`",
      "./shop/pricing.py:38",
    ]
  ) {
    const { affected_file, line_number } = draft({ affected_file: file });
    assert.deepEqual([affected_file, line_number], ["shop/pricing.py", 38], file);
  }
  for (const line of ["38", "L38", "line 38", "lines 38-40", "38:12", 38]) {
    assert.equal(draft({ affected_file: "shop/pricing.py", line_number: line }).line_number, 38, String(line));
  }
});

Deno.test("toDraft() leaves out a line and a file that are none", () => {
  for (const line of [0, -1, null, "unknown", "", "between 3 and 38"]) {
    assert.equal(draft({ affected_file: "a.ts", line_number: line }).line_number, null, String(line));
  }
  for (const file of ["", "none", "N/A", "unknown", null]) {
    assert.equal(draft({ affected_file: file }).affected_file, null, String(file));
  }
  assert.deepEqual(draft({ affected_file: "C:\\shop\\Pricing.cs:38" }).affected_file, "C:\\shop\\Pricing.cs");
});

Deno.test("toDraft() finds the ids of the ledger in what a claim cites", () => {
  const claims = [
    { text: "a", evidence: ["E1, E2", "E3 (fetch_logs)", "E1"] },
    { text: "b", evidence: ["the logs"] },
    "33 % fail (E2)",
    { text: "c" },
  ];
  assert.deepEqual(draft({ claims }).claims.map((claim) => claim.evidence), [
    ["E1", "E2", "E3"],
    ["the logs"],
    ["E2"],
    [],
  ]);
});
