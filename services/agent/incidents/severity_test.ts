import assert from "node:assert/strict";
import { callsForPerson, mostSevere, severityLevel, severityRank } from "./severity.ts";

Deno.test("severityLevel() ranks the words in use, in any letters, numbered or among others", () => {
  const words: Record<string, string> = {
    critical:
      "P0 P1 p-1 SEV-1 sev1 Sev_0 S1 1 Critical CRIT page emergency Alert disaster fatal panic Blocker urgent severity:1",
    high: "P2 SEV2 s2 2 high HIGH major error ERR",
    warning: "P3 sev3 S3 3 warning Warn average moderate medium minor",
    low: "P4 SEV4 4 low ticket",
    info: "P5 sev5 5 7 info informational INFORMATION notice debug",
    none: "none None ok",
  };
  for (const [level, list] of Object.entries(words)) {
    for (const word of list.split(" ")) assert.equal(severityLevel(word), level, word);
  }
  const phrases = {
    "P1 - Critical": "critical",
    "2 (high)": "high",
    "🔴 critical!": "critical",
    "sev 2": "high",
    "Level 3": "warning",
  };
  for (const [phrase, level] of Object.entries(phrases)) assert.equal(severityLevel(phrase), level, phrase);
  for (const word of ["", "blue-ish team", "constructor", "__proto__", "P", "P10", "x".repeat(9_999)]) {
    assert.equal(severityLevel(word), undefined, word.slice(0, 20));
  }
});

Deno.test("severityLevel() goes by the configured table first", () => {
  assert.equal(severityLevel("P1", { p1: "low" }), "low");
  assert.equal(severityLevel("Gold", { gold: "critical" }), "critical");
});

Deno.test("severityRank() orders levels, and takes what it does not know for low", () => {
  const order = ["critical", "high", "warning", "low", "info", "none"];
  assert.deepEqual(order.map(severityRank), [0, 1, 2, 3, 4, 5]);
  assert.equal(severityRank("whatever"), 3);
  assert.equal(mostSevere(["", "warning", "P1", "critical"]), "P1");
  assert.equal(mostSevere([]), "");
});

Deno.test("callsForPerson() is for what somebody may have to act on", () => {
  assert.deepEqual(["critical", "warning", "low", "", "x", "info", "none"].map(callsForPerson), [
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
