import assert from "node:assert/strict";
import { withPeople, type World } from "./testing/world.ts";

const YAML = `
people:
  anna: { contacts: [{ whatsapp: "+491" }, { email: anna@example.com }] }
  ravi: { contacts: [{ whatsapp: "+912" }] }
  boss: { contacts: [{ email: boss@example.com }] }
schedules:
  primary:
    layers:
      - { people: [anna, ravi], turn: daily, starts: 2026-03-02 00:00 }
policies:
  default:
    steps:
      - { page: [primary], wait: 5m }
      - { page: [ravi, boss], wait: 10m }
    repeat: 1
    again_after_ack: 2h
`;

const MINUTE = 60_000;
/** Whom was written to, and how many minutes after eight. */
const told = ({ called }: World) =>
  called.map(({ at, to }) => `${(Date.parse(at) - Date.parse("2026-03-02T08:00:00Z")) / MINUTE} ${to}`);

Deno.test("pagingChannel() leaves the first to the diagnosis, and calls the next on time until all steps were repeated", () =>
  withPeople(YAML, async (world) => {
    const id = await world.open();
    await world.forward(24 * 60 * MINUTE);
    assert.deepEqual(told(world), ["5 +912", "5 boss@example.com", "15 +491", "20 +912", "20 boss@example.com"]);
    assert.match((await world.timeline(id)).at(-1)!, /every step of the policy default was taken 2 times/);
  }));

Deno.test("pagingChannel() calls nobody any more once somebody acknowledged, or it is over", () =>
  withPeople(YAML.replace("again_after_ack: 2h", ""), async (world) => {
    const one = await world.open();
    await world.forward(4 * MINUTE);
    await world.acknowledge(one);
    const two = await world.open();
    await world.forward(7 * MINUTE);
    await world.resolve(two);
    await world.forward(24 * 60 * MINUTE);
    assert.deepEqual(told(world), ["9 +912", "9 boss@example.com"], "only the second incident's second step");
  }));

Deno.test("pagingChannel() calls again when what was acknowledged still fires after a while, and from the first step on", () =>
  withPeople(YAML, async (world) => {
    const id = await world.open();
    await world.forward(MINUTE);
    await world.acknowledge(id);
    await world.forward(120 * MINUTE);
    assert.deepEqual(told(world), ["121 +491"]);
    assert.equal((await world.store.view(id))!.acknowledged_by, null);
    await world.forward(5 * MINUTE);
    assert.deepEqual(told(world).slice(1), ["126 +912", "126 boss@example.com"]);
    await world.acknowledge(id);
    await world.resolve(id);
    await world.forward(24 * 60 * MINUTE);
    assert.equal(world.called.length, 3);
  }));

Deno.test("pagingChannel() tries a person's next contact at once, and then the next step, and calls nobody twice for it", () =>
  withPeople(YAML, async (world) => {
    world.dead.add("+491").add("anna@example.com");
    const id = await world.open();
    await world.store.transact(async (tx) => {
      // What the delivery does when the diagnosis could not be sent.
      const { escalateUndelivered } = await import("../incidents/mod.ts");
      const row = {
        incident_id: id,
        key: "the-diagnosis",
        channel: "whatsapp",
        kind: "diagnosis",
        payload: { episode: 1 },
      };
      await escalateUndelivered(tx, row, world.now().toISOString());
    });
    await world.forward(6 * MINUTE);
    assert.deepEqual(told(world), ["0 +912", "0 boss@example.com"]);
    assert.deepEqual((await world.timeline(id)).filter((text) => /is called/.test(text)), [
      "anna is called on email: the message before was not delivered",
      "ravi is called on whatsapp: the message before was not delivered",
      "boss is called on email: the message before was not delivered",
    ]);
    await world.forward(24 * 60 * MINUTE);
    assert.ok(world.called.length <= 4, "and once more in the second round");
  }));

Deno.test("pagingChannel() takes a step once, however the agent was killed in it", () =>
  withPeople(YAML, async (world) => {
    await world.open();
    await world.forward(4 * MINUTE);
    world.killNext();
    await world.forward(3 * MINUTE);
    world.killNext();
    await world.forward(24 * 60 * MINUTE);
    const counts = Object.groupBy(world.called, ({ to }) => to);
    assert.deepEqual(Object.entries(counts).map(([to, list]) => `${to} ${list!.length}`).sort(), [
      "+491 1",
      "+912 2",
      "boss@example.com 2",
    ]);
  }));

Deno.test("pagingChannel() says that nobody is on call, and goes on to the next step at once", () =>
  withPeople(YAML.replace("starts: 2026-03-02 00:00", "starts: 2027-01-01 00:00"), async (world) => {
    const id = await world.open();
    await world.forward(MINUTE);
    assert.deepEqual(told(world), ["0 +912", "0 boss@example.com"]);
    assert.match((await world.timeline(id))[0]!, /Nobody is on call for step 1 of the policy default \(primary\)/);
  }));

Deno.test("pagingChannel() goes by routes: nobody is called where none fits", () =>
  withPeople(
    YAML + 'routing:\n  - { service: "pay*", severity: [critical, high], policy: default }\n',
    async (world) => {
      await world.open();
      await world.open({ service: "payments", severity: "warning" });
      await world.forward(60 * MINUTE);
      assert.deepEqual(world.called, []);
      await world.open({ service: "payments", severity: "P1" });
      await world.forward(6 * MINUTE);
      assert.equal(world.called.length, 2);
    },
  ));
