import { freePorts } from "../../tasks/stack/mod.ts";

/** What of the shop listens, in the order of their ports. */
export const LISTENERS = [
  "gateway",
  "orders",
  "payments",
  "payments_2",
  "catalog",
  "shipping",
  "database",
  "database_metrics",
  "cache",
  "cache_metrics",
  "acquirer",
] as const;

export type Listener = typeof LISTENERS[number];
export type Ports = Readonly<Record<Listener, number>>;

/** A free port for each. */
export function shopPorts(): Ports {
  const first = freePorts(LISTENERS.length);
  return Object.fromEntries(LISTENERS.map((name, index) => [name, first + index])) as Ports;
}

/** `127.0.0.1:port` of one. */
export function addressOf(name: Listener, ports: Ports): string {
  return `127.0.0.1:${ports[name]}`;
}
