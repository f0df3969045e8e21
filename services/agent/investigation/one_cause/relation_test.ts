import assert from "node:assert/strict";
import type { Diagnosis, Incident } from "../../incidents/mod.ts";
import { type Found, relationOf } from "./relation.ts";

const found = (service: string, fields: Partial<Diagnosis>): Found => ({
  incident: { service } as Incident,
  diagnosis: {
    verdict: "cause_found",
    affected_file: null,
    line_number: null,
    category: "code_error",
    ...fields,
  } as Diagnosis,
});
const hop = (service: string) => ({ service, text: "", evidence: [] });
const atPayments = { service_at_fault: "payments", affected_file: "pay.py", line_number: 31 };
const whole = { ...atPayments, path: [hop("gateway"), hop("orders"), hop("payments")], victims: ["gateway", "orders"] };

Deno.test("relationOf() says same, when two services end at one cause", () => {
  assert.equal(relationOf(found("gateway", whole), found("orders", { ...atPayments })), "same");
  assert.equal(
    relationOf(found("payments", { service_at_fault: "payments", category: "latency" }), found("gateway", whole)),
    "same",
  );
});

Deno.test("relationOf() says other, when one service has two bugs, or two services one each", () => {
  assert.equal(relationOf(found("gateway", whole), found("payments", { ...atPayments, line_number: 90 })), "other");
  assert.equal(
    relationOf(found("catalog", { service_at_fault: "catalog", affected_file: "search.ts" }), found("gateway", whole)),
    "other",
  );
  assert.equal(
    relationOf(
      found("payments", { service_at_fault: "payments", category: "disk_full" }),
      found("payments", { service_at_fault: "payments", category: "memory" }),
    ),
    "other",
  );
});

Deno.test("relationOf() says part or whole, when one saw less of the way than the other", () => {
  const slow = found("orders", { service_at_fault: "orders", category: "latency" });
  assert.equal(relationOf(slow, found("gateway", whole)), "part");
  assert.equal(relationOf(found("gateway", whole), slow), "whole");
  const nothing = found("orders", { verdict: "not_enough_evidence", category: "unknown" });
  assert.equal(relationOf(nothing, found("gateway", whole)), "part");
});

Deno.test("relationOf() says other, when what saw less is on no way to the cause", () => {
  const slow = found("search", { service_at_fault: "search", category: "latency" });
  assert.equal(relationOf(slow, found("gateway", whole)), "other");
  const elsewhere = found("orders", { service_at_fault: "mail.example", category: "dependency_timeout" });
  assert.equal(relationOf(elsewhere, found("gateway", whole)), "other");
});

Deno.test("relationOf() joins nothing, when no service is described", () => {
  const bare = found("queue", { verdict: "not_enough_evidence" });
  assert.equal(relationOf(bare, found("checkout", { verdict: "not_enough_evidence" })), "other");
});
