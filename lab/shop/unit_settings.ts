import type { Ports } from "./ports.ts";

/** Programs of the shop; `payments_2` is the second instance of payments. */
export const UNITS = [
  "database",
  "cache",
  "catalog",
  "payments",
  "payments_2",
  "orders",
  "shipping",
  "gateway",
] as const;
export type Unit = typeof UNITS[number];

/** Settings of one program, as its file holds them. */
export type Settings = Record<string, unknown>;

/** What each program is started with. */
export function unitSettings(ports: Ports, inventory: string): Record<Unit, Settings> {
  const http = (name: keyof Ports) => `http://127.0.0.1:${ports[name]}`;
  const database = { host: "127.0.0.1", port: ports.database };
  const payments = {
    version: "1.8.2",
    acquirer: {
      host: "127.0.0.1",
      port: ports.acquirer,
      key: "merchant-2207",
      timeout_s: 2.5,
      ca_file: "etc/acquirer-ca.pem",
    },
    database,
  };
  return {
    database: {
      port: ports.database,
      metrics_port: ports.database_metrics,
      data: "var/database",
      products: 12_000,
      max_connections: 40,
      statement_timeout_ms: 3_000,
      deadlock_timeout_ms: 100,
      log_min_duration_ms: 500,
      default_transaction_read_only: "off",
    },
    cache: { port: ports.cache, metrics_port: ports.cache_metrics },
    catalog: {
      version: "2.3.0",
      port: ports.catalog,
      database: { ...database, size: 6, waitMs: 2_000 },
      cache: { host: "127.0.0.1", port: ports.cache },
      inventory: { url: inventory, timeout_ms: 3_000 },
    },
    payments: { ...payments, port: ports.payments },
    payments_2: { ...payments, port: ports.payments_2 },
    orders: {
      version: "3.1.4",
      port: ports.orders,
      database: { ...database, size: 16, waitMs: 2_000 },
      catalog: { urls: [http("catalog")], timeout_ms: 4_000 },
      payments: { urls: [http("payments"), http("payments_2")], timeout_ms: 4_000 },
    },
    shipping: { version: "0.9.1", port: ports.shipping, database, every_ms: 300 },
    gateway: {
      version: "5.0.3",
      port: ports.gateway,
      upstreams: {
        catalog: { name: "catalog", url: http("catalog"), timeout_ms: 5_000 },
        orders: { name: "orders", url: http("orders"), timeout_ms: 5_000 },
      },
    },
  };
}

/** The folder of a program's code: two instances have the same. */
export function serviceOf(unit: Unit): string {
  return unit === "payments_2" ? "payments" : unit;
}

/** Puts values into settings, by paths such as `payments.urls`. */
export function withValues(settings: Settings, values: Readonly<Record<string, unknown>>): Settings {
  const changed = structuredClone(settings);
  for (const [path, value] of Object.entries(values)) {
    const names = path.split(".");
    const last = names.pop()!;
    let at = changed;
    for (const name of names) at = at[name] as Settings;
    at[last] = value;
  }
  return changed;
}
