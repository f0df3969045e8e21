import type { Container } from "../objects.ts";
import { crashing, SPACE } from "./build.ts";
import { fault, type Shop } from "./fault.ts";

function closed(draft: Shop, service: string, port = 8080): void {
  draft.cluster.probes.push({ namespace: SPACE, service, port, open: false, quote: "connection refused" });
}

function variable(draft: Shop, value: string): void {
  const container = draft.orders.workload.template.containers[0] as Container;
  container.env.push({ name: "STOCK_ADDR", value });
}

function route(draft: Shop, id: string, backend: string): void {
  draft.cluster.routes.push({
    source: { kind: "Route", namespace: SPACE, name: "edge" },
    gateway: "edge",
    namespace: SPACE,
    id,
    paths: [`/api/${id}/**`],
    backend,
  });
}

export const ROUTING_FAULTS = [
  fault("selector that no pod has", ["service_selector", "stock"], (draft) => {
    draft.stock.service.selector = { app: "stok" };
    draft.stock.service.ready = [];
  }),
  fault("target port that nothing listens on", ["service_target_port", "stock"], (draft) => {
    draft.stock.service.ports = [{ port: 80, targetPort: 9_000, protocol: "TCP" }];
    closed(draft, "stock", 80);
  }),
  fault("service in the wrong protocol", ["service_protocol", "stock"], (draft) => {
    draft.stock.service.ports = [{ port: 8080, targetPort: 8080, protocol: "UDP" }];
    closed(draft, "stock");
  }),
  fault("address of a service that is not there", ["environment_address", "orders"], (draft) => {
    variable(draft, "stocks:8080");
    draft.log("orders", "dial tcp: lookup stocks on 10.0.0.10:53: no such host");
  }),
  fault(
    "address with a port that the service has not",
    ["environment_address", "orders"],
    (draft) => variable(draft, "http://stock:8081/v1"),
  ),
  fault("nameserver of its own that does not answer", ["pod_dns", "orders"], (draft) => {
    Object.assign(draft.orders.workload.template, { dnsPolicy: "None", nameservers: ["192.0.2.53"] });
    crashing(draft.orders, 1);
    draft.log("orders", "lookup stock on 192.0.2.53:53: read udp: i/o timeout");
  }),
  fault("the cluster's DNS is down", ["cluster_dns", "coredns"], (draft) => {
    const dns = draft.app("coredns", { port: 0 });
    dns.workload.ready = 0;
    for (const pod of dns.pods) pod.conditions = [{ type: "Ready", status: "False" }];
    draft.log("orders", "getaddrinfo EAI_AGAIN stock");
  }),
  fault("route to the wrong service", ["gateway_route", "stock"], (draft) => {
    draft.app("edge");
    draft.calls(["edge", "web"], ["edge", "orders"], ["edge", "stock"]);
    route(draft, "web", "web");
    route(draft, "orders", "orders");
    route(draft, "stock", "orders");
    draft.cluster.failures.push({
      namespace: SPACE,
      service: "stock",
      path: "/api/stock/7",
      status: 404,
      count: 20,
      quote: "404 x20",
    });
  }),
  fault("route to a service that is not there", ["gateway_route", "stock"], (draft) => {
    draft.app("edge");
    draft.calls(["edge", "orders"], ["edge", "stock"]);
    route(draft, "orders", "orders");
    route(draft, "stock", "stock-v9");
  }),
  fault("policy that lets nothing in", ["network_policy", "stock"], (draft) => {
    draft.cluster.policies.push({
      namespace: SPACE,
      name: "closed",
      podSelector: { app: "stock" },
      ingress: true,
      egress: false,
      deniesAllIngress: true,
      deniesAllEgress: false,
    });
    closed(draft, "stock");
  }),
];
