import assert from "node:assert/strict";
import type { Span } from "../sources/mod.ts";
import { callsIn } from "./query_traces.ts";

const span = (fields: Partial<Span> & Pick<Span, "spanId" | "service">): Span => ({
  traceId: "t",
  parentId: null,
  name: "",
  kind: "internal",
  start: 0,
  duration_ms: 10,
  error: false,
  status: null,
  peer: null,
  attributes: {},
  ...fields,
});

Deno.test("callsIn() counts calls between services, failed ones with what they say", () => {
  const spans = [
    span({ spanId: "1", service: "gateway", kind: "server" }),
    span({
      spanId: "2",
      parentId: "1",
      service: "gateway",
      kind: "client",
      error: true,
      status: "503",
      duration_ms: 900,
    }),
    span({ spanId: "3", parentId: "2", service: "orders", kind: "server", error: true }),
    span({ spanId: "4", parentId: "3", service: "orders" }),
  ];
  assert.deepEqual(callsIn(spans), [
    { from: "gateway", to: "orders", count: 1, failed: 1, status: "503", slowest_ms: 900 },
  ]);
});

Deno.test("callsIn() names the peer of a client span, when nobody answers it", () => {
  const peer = { name: null, address: "db:5432", protocol: "db", system: "postgresql" };
  const [call] = callsIn([span({ spanId: "1", service: "orders", kind: "client", peer })]);
  assert.deepEqual([call!.from, call!.to, call!.failed], ["orders", "db:5432", 0]);
});
