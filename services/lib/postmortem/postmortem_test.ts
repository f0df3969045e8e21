import assert from "node:assert/strict";
import fc from "fast-check";
import { block, code, inline, lines, prose } from "./markdown.ts";
import { postmortem, type PostmortemIncident } from "./mod.ts";

/** Fields of every tool call. */
const CALL = {
  episode: 1,
  step: 1,
  arguments: {},
  started_at: "2026-03-01T12:01:01Z",
  ended_at: "2026-03-01T12:01:02Z",
  hash: "",
};

const incident: PostmortemIncident = {
  code: "K7QF",
  title: "Error rate over 20 %",
  state: "resolved",
  service: "inventory",
  severity: "critical",
  episode: 1,
  opened_at: "2026-03-01T12:01:00Z",
  resolved_at: "2026-03-01T12:11:00Z",
  alerts: [{
    status: "resolved",
    starts_at: "2026-03-01T12:00:30Z",
    ends_at: "2026-03-01T12:11:00Z",
    labels: { alertname: "InventoryHighErrorRate" },
    annotations: { summary: "A fifth of requests fails" },
    fingerprint: "a1",
    generator_url: "",
    episode: 1,
  }],
  timeline: [{
    at: "2026-03-01T12:01:00Z",
    kind: "alert_firing",
    text: "InventoryHighErrorRate | fires",
    by: "alertmanager",
  }],
  tool_calls: [
    {
      ...CALL,
      id: "E1",
      tool: "fetch_logs",
      arguments: { limit: 20 },
      ok: true,
      result: { lines: ["<script>alert(1)</script> ```"] },
    },
    { ...CALL, id: "E2", tool: "compute_error_rate", ok: true, result: { error_rate: 0.78 } },
  ],
  diagnosis: {
    verdict: "cause_found",
    root_cause: "A null dereference; 78 % of requests fail now",
    affected_file: "services/inventory/pricing.ts",
    line_number: 42,
    suggested_fix: "Check the supplier",
    priority: "high",
    next_steps: ["Roll back"],
    confidence: 0.9,
    brain: "rules",
    degraded: false,
    missing: ["the code", "logs: config/oncall.yaml names no logs"],
    claims: [{ text: "The log has it", evidence: ["E1"], verified: true }, {
      text: "Guess",
      evidence: [],
      verified: false,
    }],
    error_rate: 0.784,
    routes: ["/random-endpoint"],
    instances: ["inv1"],
    episode: 1,
    at: "2026-03-01T12:02:00Z",
  },
  messages: [{ at: "2026-03-01T12:05:00Z", from: "operator:ravi", text: "ack" }],
  tickets: [{ key: "OPS-1", url: "https://jira.example/browse/OPS-1", assignee: "Ravi" }],
};

Deno.test("postmortem() has everything that is known about an incident", () => {
  const text = postmortem(incident);
  for (
    const part of [
      "# K7QF: Error rate over 20 %",
      "| Lasted | 10 min 30 s |",
      "## Alerts\n\n- `InventoryHighErrorRate`: A fifth of requests fails",
      "- 78.4 % of requests failed",
      "A null dereference; 78 % of requests failed at 12:02:00 UTC",
      "Not configured: logs.",
      "At `services/inventory/pricing.ts:42`.",
      "| 2026-03-01 12:01:00Z | alert firing | InventoryHighErrorRate \\| fires |",
      "- The log has it (`E1`)",
      "- Guess (not verified)",
      "- [ ] [OPS-1](https://jira.example/browse/OPS-1), Ravi",
      "- [ ] Roll back",
      "**operator:ravi**: ack",
      "Could not be looked at: the code.",
    ]
  ) assert.ok(text.includes(part), `${part} in\n${text}`);
  assert.ok(text.includes("### E1") && !text.includes("### E2"), "only what is cited is shown");
});

Deno.test("postmortem() says what is not known yet when an incident is open and undiagnosed", () => {
  const text = postmortem({ ...incident, state: "open", resolved_at: null, diagnosis: null, tickets: [] });
  assert.match(text, /\| Resolved \| not yet \|/);
  assert.match(text, /## Cause\n\nNot known\./);
  assert.ok(!text.includes("## Impact") && !text.includes("## Action items"));
});

Deno.test("inline() leaves nothing that Markdown would act on, whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const shown = inline(text);
    assert.ok(!shown.includes("\n") && !shown.includes("<"));
    for (const [, before] of shown.matchAll(/(\\*)[`*_[\]|]/g)) assert.equal(before!.length % 2, 1, shown);
  }));
  assert.equal(inline("[x](javascript:alert(1))"), "\\[x\\](javascript:alert(1))");
  assert.equal(inline("see http://evil.example"), "see http:\\/\\/evil.example");
  assert.equal(inline("# a"), "\\# a");
  assert.equal(inline("&lt;b> a@b.example"), "&amp;lt;b> a\\@b.example");
  assert.equal(inline("1. a\n# b"), "1\\. a # b");
});

Deno.test("prose() shows commands, addresses and what is marked as code as code, and escapes the rest", () => {
  const shown: [text: string, markdown: string][] = [
    ["Run `deno task up` again", "Run `deno task up` again"],
    ["`a``b` and a ` alone", "`a` `b` and a \\` alone"],
    [
      'curl -s "http://127.0.0.1:9000/logs/tail?seconds=300&limit=20" and read *it*',
      '`curl -s "http://127.0.0.1:9000/logs/tail?seconds=300&limit=20"` and read \\*it\\*',
    ],
    ["see http://evil.example/a_b.", "see `http://evil.example/a_b`."],
    ["[x](http://evil.example)", "\\[x\\](`http://evil.example`)"],
    ["`<img src=x>` <img src=x>", "`<img src=x>` &lt;img src=x>"],
    ["# `a`", "\\# `a`"],
    ["=== `|`", "\\=== `|`"],
    ["` ` `", "\\` \\` \\`"],
  ];
  for (const [text, markdown] of shown) assert.equal(prose(text), markdown);
  assert.equal(lines("first\n\n# second\n- `third`"), "first\\\n  \\# second\\\n  \\- `third`");
});

Deno.test("prose() leaves nothing outside its code that Markdown would act on, whatever the text", () => {
  const piece = fc.constantFrom("`", "``", "a", " ", "<", "*", "[", "]", "\\", "|", "http://x", "&", "curl ", "\n");
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    let rest = prose(pieces.join(""));
    assert.ok(!rest.includes("\n"));
    // As CommonMark reads it: an escape first, then a span up to the next run of as many backticks.
    while (rest !== "") {
      const span = /^(`+)(?!`)[^]*?[^`]\1(?!`)/.exec(rest);
      const harmless = span ?? /^\\[\\`*_[\]|~/#>+=@.)-]/.exec(rest) ?? /^[^\\`*_[\]|~<]/.exec(rest);
      assert.ok(harmless, `${rest} of ${JSON.stringify(pieces.join(""))}`);
      rest = rest.slice(harmless[0].length);
    }
  }));
});

Deno.test("postmortem() shows code around the line that matters, and answers with their lines", () => {
  const code = Array.from({ length: 60 }, (_, i) => ({ line: i + 1, text: `  call(${i + 1});` }));
  const text = postmortem({
    ...incident,
    tool_calls: [{
      ...CALL,
      id: "E1",
      tool: "fetch_code_from_github",
      ok: true,
      result: { file: "services/inventory/pricing.ts", line: 42, lines: code, cut: null },
    }],
    messages: [{ at: "2026-03-01T12:05:00Z", from: "agent", text: "1. first\n2. second" }],
  });
  assert.match(text, /^> 42 {2} {2}call\(42\);$/m);
  assert.ok(text.includes("  34    call(34);") && text.includes("  50    call(50);"), text);
  assert.ok(!text.includes("call(33)") && !text.includes("call(51)") && !text.includes('"lines"'));
  assert.ok(text.includes("**agent**: 1\\. first\\\n  2\\. second"), text);
});

Deno.test("code() and block() cannot be left from inside, whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom("`", "a", " ", "\n", "|") }), (text) => {
    const inside = code(text);
    if (inside !== "") {
      const fence = /^`+/.exec(inside)![0];
      const body = inside.slice(fence.length, -fence.length);
      assert.ok(![...body.matchAll(/`+/g)].some(([run]) => run.length === fence.length), inside);
    }
    const lines = block(text).split("\n");
    const fence = lines[0]!;
    assert.ok(!lines.slice(1, -1).some((line) => line.startsWith(fence)));
  }));
});

Deno.test("block() says how much it leaves out", () => {
  assert.match(block(Array(50).fill("x").join("\n"), { max: 10 }), /x\n… 40 more lines\n```$/);
});
