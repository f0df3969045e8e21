import assert from "node:assert/strict";
import type { IncidentView } from "../services/agent/mod.ts";
import {
  allIncidents,
  deliver,
  ensureBuilt,
  type FakeMessage,
  idle,
  messagesOf,
  ofGroup,
  startAgent,
  type StartedRole,
  surroundings,
  tempFolder,
} from "./testing/mod.ts";

/** Moments at which the agent is killed; each is something that the other side sees. */
const STAGES = ["request", "answered", "source", "create", "created", "list", "idle"] as const;
type Stage = typeof STAGES[number];

interface Point {
  readonly stage: Stage;
  /** The how-many-th such moment of the round, from 1. */
  readonly nth: number;
  /** How much later still. */
  readonly delayMs: number;
}

const KILLS = Number(Deno.env.get("CRASH_KILLS") ?? 200);
const LANES = 2;
const SEED = Number(Deno.env.get("CRASH_SEED") ?? 20260101);

/** Mulberry32, by Tommy Ettinger (public domain): the same seed, the same points. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A moment to be killed at. Twilio is asked for its list only after a kill while a message was being sent. */
function pointOf(random: () => number, last: Stage | undefined): Point {
  const draw = random();
  const listed = (last === "create" || last === "created") && random() < 0.3;
  const stage: Stage = listed
    ? "list"
    : draw < 0.15
    ? "request"
    : draw < 0.3
    ? "answered"
    : draw < 0.65
    ? "source"
    : draw < 0.8
    ? "create"
    : draw < 0.95
    ? "created"
    : "idle";
  const nth = stage === "source" ? 1 + Math.floor(random() * 16) : 1;
  return { stage, nth, delayMs: Math.floor(random() * random() * 12) };
}

Deno.test(`oncall-agent loses no alert and tells none twice when it is killed ${KILLS} times`, async () => {
  await ensureBuilt("agent");
  // As many agents as most machines have cores, each with a store of its own.
  const killed = await Promise.all(
    Array.from({ length: LANES }, (_, lane) => killAgain(SEED + lane, Math.ceil(KILLS / LANES))),
  );
  console.log(`killed at: ${killed.map((hits) => JSON.stringify(hits)).join(" ")}`);
});

/** Kills one agent `rounds` times, and checks at the end what it and the other side have. */
async function killAgain(seed: number, rounds: number): Promise<Record<string, number>> {
  const random = seeded(seed);
  await using folder = await tempFolder();
  await using around = await surroundings();
  let moment: (stage: Stage) => void = () => {};
  around.onSource = () => moment("source");
  around.twilio.onRequest = (what) => moment(what);
  const groups: string[] = [];
  const unanswered: unknown[] = [];
  const hits: Record<string, number> = {};
  let agent: StartedRole;
  let last: Stage | undefined;

  // Alertmanager's part: what was not answered with 2xx is sent again.
  const send = async (delivery: unknown) => {
    unanswered.push(delivery);
    try {
      const answer = deliver(agent.url, delivery);
      moment("request");
      if ((await answer).status !== 200) return;
      unanswered.splice(unanswered.indexOf(delivery), 1);
      moment("answered");
    } catch {
      // Killed in between.
    }
  };

  for (let round = 0; round < rounds; round++) {
    agent = await startAgent(around, { cwd: folder.path });
    const point = pointOf(random, last);
    last = point.stage;
    const reached = Promise.withResolvers<Stage>();
    let over = false;
    let seen = 0;
    moment = (stage) => {
      if (stage === point.stage && ++seen === point.nth) setTimeout(() => reached.resolve(stage), point.delayMs);
    };
    const deliveries = unanswered.splice(0);
    groups.push(`crash ${seed} ${round}`);
    deliveries.push(ofGroup(groups.at(-1)!));
    // A redelivery of an earlier one, and now and then an end.
    const again = Math.floor(random() * groups.length);
    deliveries.push(ofGroup(groups[again]!, again % 5 === 1 && again <= round - 3 ? [{ status: "resolved" }] : [{}]));
    if (round % 5 === 4) deliveries.push(ofGroup(groups[round - 3]!, [{ status: "resolved" }]));
    const sent = Promise.all(deliveries.map(send));
    const quiet = sent.then(() => idle(agent.url, () => over)).then((): Stage => "idle");
    const at = await Promise.race([reached.promise, quiet]);
    agent.kill("SIGKILL");
    over = true;
    moment = () => {};
    hits[at] = (hits[at] ?? 0) + 1;
    await Promise.all([sent, quiet, agent.stop()]);
  }

  agent = await startAgent(around, { cwd: folder.path });
  for (const delivery of unanswered.splice(0)) await send(delivery);
  assert.deepEqual(unanswered, []);
  await idle(agent.url);
  const incidents = await allIncidents(agent.url);
  await agent.stop();
  assert.deepEqual(incidents.map((incident) => incident.group_key).sort(), groups.toSorted());
  for (const incident of incidents) checkIncident(incident, around.twilio.messages);
  assert.ok(incidents.some((incident) => incident.state === "resolved"));
  return hits;
}

/** Everything happened to the incident once. */
function checkIncident(incident: IncidentView, messages: readonly FakeMessage[]): void {
  const what = `${incident.group_key}: ${JSON.stringify(incident.timeline, null, 1)}`;
  const times = (kind: string) => incident.timeline.filter((entry) => entry.kind === kind).length;
  const resolved = incident.state === "resolved" ? 1 : 0;
  assert.equal(incident.episode, 1, what);
  // An investigation that was killed too often ends without a cause; a later look that finds it is told once more.
  const [first] = incident.timeline.filter(({ kind }) => kind === "diagnosis");
  const revised = first?.text.startsWith("Not enough evidence") ? times("diagnosis") - 1 : 0;
  assert.ok(revised <= 1, what);
  assert.deepEqual([times("alert_firing"), times("diagnosis"), times("resolved")], [1, 1 + revised, resolved], what);
  if (revised > 0) assert.equal(incident.diagnosis?.verdict, "cause_found", what);
  assert.notEqual(incident.diagnosis, null, what);
  const { pages, others } = messagesOf(messages, incident.code);
  assert.equal(pages, 1, what);
  assert.equal(others.length, resolved + revised, `${what}\n${others.join("\n")}`);
  assert.equal(others.filter((text) => text.includes("Diagnosis revised")).length, revised, what);
  // A call that was stored is not made again, however often the investigation was interrupted.
  const calls = incident.tool_calls.map((call) => call.id);
  assert.equal(new Set(calls).size, calls.length, what);
}
