import assert from "node:assert/strict";
import { type Diagnosis, type Incident, newId, openStore, type Store } from "../../incidents/mod.ts";
import { joinByCause } from "./join.ts";

const AT = "2026-01-01T00:02:00.000Z";
const cause = (fields: Partial<Diagnosis> = {}) =>
  ({
    verdict: "cause_found",
    category: "code_error",
    service_at_fault: "payments",
    affected_file: null,
    line_number: null,
    episode: 1,
    victims: ["gateway", "orders"],
    path: ["gateway", "orders", "payments"].map((service) => ({ service, text: "", evidence: [] })),
    ...fields,
  }) as Diagnosis;

async function incident(
  store: Store,
  service: string,
  options: { readonly startsAt?: string } = {},
): Promise<Incident> {
  const { startsAt = "2026-01-01T00:00:00.000Z" } = options;
  return await store.transact(async (tx) => {
    const one: Incident = {
      id: newId(),
      code: await tx.freeCode(),
      state: "diagnosed",
      service,
      severity: "critical",
      title: `${service} fails`,
      group_key: service,
      opened_at: startsAt,
      resolved_at: null,
      truncated_alerts: 0,
      episode: 1,
      acknowledged_at: null,
      acknowledged_by: null,
    };
    await tx.saveIncident(one);
    await tx.saveAlert(one.id, {
      fingerprint: service.padEnd(16, "0").slice(0, 16),
      status: "firing",
      starts_at: startsAt,
      ends_at: null,
      labels: { alertname: "Errors", service },
      annotations: {},
      generator_url: "",
      episode: 1,
    });
    return one;
  });
}

async function onStore(body: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore("sqlite::memory:");
  try {
    await body(store);
  } finally {
    await store.close();
  }
}

const join = (store: Store, newcomer: Incident, diagnosis: Diagnosis) =>
  store.transact(async (tx) => {
    const into = await joinByCause(tx, { incident: newcomer, diagnosis, at: AT, notify: ["log"] });
    await tx.saveDiagnosis(newcomer.id, diagnosis);
    return into;
  });

Deno.test("joinByCause() adds alerts to the incident that told the cause, with one line, in either order", () =>
  onStore(async (store) => {
    const gateway = await incident(store, "gateway");
    assert.equal(await join(store, gateway, cause()), undefined);
    const orders = await incident(store, "orders", { startsAt: "2026-01-01T00:03:00.000Z" });
    assert.equal((await join(store, orders, cause({ path: [], victims: [] })))?.id, gateway.id);
    const [whole, gone] = [await store.view(gateway.id), await store.view(orders.id)];
    assert.deepEqual(whole!.alerts.map(({ labels }) => labels.service), ["gateway", "orders"]);
    assert.equal(gone!.state, "resolved");
    assert.deepEqual(gone!.alerts, []);
    assert.equal(whole!.notifications.filter(({ kind }) => kind === "joined").length, 1);
    assert.equal(gone!.notifications.length, 0);
  }));

Deno.test("joinByCause() takes in what saw less of the cause, when the whole is found later", () =>
  onStore(async (store) => {
    const orders = await incident(store, "orders");
    await join(store, orders, cause({ service_at_fault: "orders", category: "latency", path: [], victims: [] }));
    const gateway = await incident(store, "gateway");
    assert.equal(await join(store, gateway, cause()), undefined);
    assert.equal((await store.view(orders.id))!.state, "resolved");
    assert.equal((await store.view(gateway.id))!.alerts.length, 2);
  }));

Deno.test("joinByCause() keeps two causes apart, and what is far apart in time", () =>
  onStore(async (store) => {
    await join(store, await incident(store, "gateway"), cause());
    const catalog = await incident(store, "catalog");
    assert.equal(await join(store, catalog, cause({ service_at_fault: "catalog", path: [], victims: [] })), undefined);
    const late = await incident(store, "orders", { startsAt: "2026-01-01T03:00:00.000Z" });
    assert.equal(await join(store, late, cause({ path: [], victims: [] })), undefined);
  }));

Deno.test("joinByCause() leaves alone what a person has acknowledged, when the whole is found later", () =>
  onStore(async (store) => {
    const orders = await incident(store, "orders");
    await join(store, orders, cause({ service_at_fault: "orders", category: "latency", path: [], victims: [] }));
    await store.transact((tx) => tx.saveIncident({ ...orders, acknowledged_at: AT, acknowledged_by: "ann" }));
    assert.equal(await join(store, await incident(store, "gateway"), cause()), undefined);
    assert.equal((await store.view(orders.id))!.state, "diagnosed");
  }));
