import assert from "node:assert/strict";
import type { PeerKind } from "../dependencies/mod.ts";
import type { Node } from "./graph.ts";
import { nodeOf } from "./match.ts";

const node = (name: string, addresses: readonly string[] = [], kind: PeerKind = "service"): Node => ({
  name,
  described: true,
  kind,
  owner: null,
  addresses,
});
const NODES = [
  node("payments", ["10.0.0.6:8080", "payments.shop.internal"]),
  node("orders", ["10.0.0.4:8081"]),
  node("orders-db", ["10.0.0.9:5432"], "database"),
  node("cart", ["127.0.0.1:7001"]),
  node("stock", ["127.0.0.1:7002"]),
  node("bank", ["*.bank.example:443"]),
];

const FOUND: readonly (readonly [host: string, port: number | null, name: string])[] = [
  // By address.
  ["10.0.0.6", 8080, "payments"],
  ["payments.shop.internal", 8080, "payments"],
  ["PAYMENTS.shop.internal", null, "payments"],
  ["127.0.0.1", 7002, "stock"],
  ["eu.bank.example", 443, "bank"],
  ["fd00::7", 8081, "orders"],
  // A container that moved: only the port is left.
  ["172.17.0.3", 8081, "orders"],
  // By name, with what clusters and people put around it.
  ["payments.prod.svc.cluster.local", 8080, "payments"],
  ["payments-svc", null, "payments"],
  ["PaymentsService", null, "payments"],
  ["payments-api-v2", null, "payments"],
  ["outbound|8080||payments.shop.svc.cluster.local", null, "payments"],
  // A store is none of the service whose name it bears.
  ["orders-db.prod.svc", 5432, "orders-db"],
  ["orders-postgres", null, "orders-db"],
  ["postgres", 5432, "orders-db"],
];

for (const [host, port, name] of FOUND) {
  Deno.test(`nodeOf() finds ${name} when the other side is ${host}${port === null ? "" : `:${port}`}`, () => {
    assert.equal(nodeOf(NODES, { host, port })?.name, name);
  });
}

const NONE: readonly (readonly [host: string, port: number | null])[] = [
  ["127.0.0.1", 9999],
  ["localhost", null],
  ["203.0.113.7", 443],
  ["eu.other.example", 443],
  ["mailer", 25],
  ["redis", 6379],
];

for (const [host, port] of NONE) {
  Deno.test(`nodeOf() finds nothing when the other side is ${host}${port === null ? "" : `:${port}`}`, () => {
    assert.equal(nodeOf(NODES, { host, port })?.name, undefined);
  });
}

Deno.test("nodeOf() takes no port for a name, when two services listen on it", () => {
  const nodes = [node("a", ["10.0.0.1:8080"]), node("b", ["10.0.0.2:8080"])];
  assert.equal(nodeOf(nodes, { host: "172.17.0.9", port: 8080 }), undefined);
});
