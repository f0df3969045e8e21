import assert from "node:assert/strict";
import type { Cases } from "./harness.ts";
import { sampleAlert, sampleDiagnosis, sampleIncident } from "./samples.ts";

/** What a store must do with incidents, their alerts and deliveries. */
export const incidentsCases: Cases = {
  "addDelivery() refuses a second delivery with the same id": async ({ store }) => {
    const delivery = { id: "d", received_at: "2026-01-01T00:00:00.000Z", body: "{}" };
    await store.transact((tx) => tx.addDelivery(delivery));
    await assert.rejects(store.transact((tx) => tx.addDelivery(delivery)));
  },

  "latestIncident() finds the newest of a group": async ({ store }) => {
    const [old, young] = [sampleIncident({ state: "resolved" }), sampleIncident({ group_key: "g" })];
    const other = sampleIncident({ group_key: "g" });
    await store.transact(async (tx) => {
      for (const incident of [old, young, other]) await tx.saveIncident(incident);
    });
    await store.transact(async (tx) => {
      assert.equal((await tx.latestIncident("g"))?.id, other.id);
      assert.equal((await tx.latestIncident(old.group_key))?.id, old.id);
      assert.equal(await tx.latestIncident("none"), undefined);
    });
  },

  "incident() finds by id and by code, saveIncident() replaces": async ({ store }) => {
    const incident = sampleIncident({ code: "B2CD" });
    const later = sampleIncident({ code: "B2CD" });
    await store.transact(async (tx) => {
      await tx.saveIncident(incident);
      await tx.saveIncident({ ...incident, state: "resolved", resolved_at: incident.opened_at });
      assert.deepEqual({ ...await tx.incident(incident.id) }, {
        ...incident,
        state: "resolved",
        resolved_at: incident.opened_at,
      });
      await tx.saveIncident(later);
      assert.equal((await tx.incident("b2cd"))?.id, later.id);
      assert.equal(await tx.incident("nobody"), undefined);
    });
    assert.equal((await store.view("b2cd"))?.id, later.id);
  },

  "freeCode() gives no code that a recent incident has": async ({ store }) => {
    const codes = new Set<string>();
    for (let n = 0; n < 50; n++) {
      await store.transact(async (tx) => {
        const code = await tx.freeCode();
        assert.match(code, /^[A-Z][A-Z0-9]{3}$/);
        codes.add(code);
        await tx.saveIncident(sampleIncident({ code }));
      });
    }
    assert.equal(codes.size, 50);
  },

  "saveAlert() knows an alert by fingerprint and start": async ({ store }) => {
    const incident = sampleIncident();
    const first = sampleAlert();
    const refired = sampleAlert({ starts_at: "2026-01-01T01:00:00.000Z", episode: 2 });
    await store.transact(async (tx) => {
      await tx.saveIncident(incident);
      await tx.saveAlert(incident.id, first);
      await tx.saveAlert(incident.id, refired);
      assert.equal(await tx.countFiring(incident.id), 2);
      const over = { ...first, status: "resolved" as const, ends_at: "2026-01-01T00:05:00.000Z" };
      await tx.saveAlert(incident.id, over);
      assert.deepEqual(await tx.alerts(incident.id), [over, refired]);
      assert.deepEqual(await tx.alert(incident.id, first.fingerprint, first.starts_at), over);
      assert.equal(await tx.alert(incident.id, first.fingerprint, "2026-01-01T02:00:00.000Z"), undefined);
      assert.equal(await tx.countFiring(incident.id), 1);
    });
  },

  "openIncidents() gives what is not resolved with its newest diagnosis, the newest first": async ({ store }) => {
    const [old, over, young] = [
      sampleIncident(),
      sampleIncident({ state: "resolved" }),
      sampleIncident({ state: "diagnosed" }),
    ];
    await store.transact(async (tx) => {
      for (const incident of [old, over, young]) await tx.saveIncident(incident);
      await tx.saveDiagnosis(young.id, sampleDiagnosis({ root_cause: "first" }));
      await tx.saveDiagnosis(young.id, sampleDiagnosis({ root_cause: "second" }));
    });
    await store.transact(async (tx) => {
      const found = await tx.openIncidents();
      assert.deepEqual(found.map(({ incident }) => incident.id), [young.id, old.id]);
      assert.deepEqual(found.map(({ diagnosis }) => diagnosis?.root_cause), ["second", undefined]);
    });
  },

  "moveAlerts() hands all alerts over, or those that are named": async ({ store }) => {
    const [from, to] = [sampleIncident(), sampleIncident()];
    const [one, other] = [sampleAlert(), sampleAlert({ fingerprint: "fedcba9876543210" })];
    await store.transact(async (tx) => {
      for (const incident of [from, to]) await tx.saveIncident(incident);
      for (const alert of [one, other]) await tx.saveAlert(from.id, alert);
      await tx.moveAlerts(from.id, { incident: to.id, episode: 3, fingerprints: [one.fingerprint] });
      assert.deepEqual(await tx.alerts(to.id), [{ ...one, episode: 3 }]);
      assert.deepEqual(await tx.alerts(from.id), [other]);
      await tx.moveAlerts(from.id, { incident: to.id, episode: 3 });
      assert.equal((await tx.alerts(to.id)).length, 2);
      assert.deepEqual(await tx.alerts(from.id), []);
    });
  },

  "firingAlerts() gives what fires in incidents that are not resolved": async ({ store }) => {
    const [open, diagnosed, over] = [sampleIncident(), sampleIncident({ state: "diagnosed" }), sampleIncident()];
    const ended = sampleAlert({ fingerprint: "ffffffffffffffff", status: "resolved", ends_at: open.opened_at });
    assert.deepEqual(await store.firingAlerts(), []);
    await store.transact(async (tx) => {
      for (const incident of [open, diagnosed, { ...over, state: "resolved" as const }]) {
        await tx.saveIncident(incident);
        await tx.saveAlert(incident.id, sampleAlert());
      }
      await tx.saveAlert(open.id, ended);
    });
    const { fingerprint, starts_at } = sampleAlert();
    assert.deepEqual(
      await store.firingAlerts(),
      [open, diagnosed].map(({ id }) => ({ incident_id: id, fingerprint, starts_at })),
    );
  },
};
