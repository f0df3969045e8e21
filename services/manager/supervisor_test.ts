import assert from "node:assert/strict";
import { ApiError } from "../lib/http/mod.ts";
import { silentLogger } from "../lib/telemetry/mod.ts";
import { EventHistory } from "./event_history.ts";
import { Supervisor, type SupervisorDeps } from "./supervisor.ts";
import { FakeMachine, manualClock } from "./testing/world.ts";

const limits = { startMs: 1_000, stopMs: 5_000, stopUnresponsiveMs: 500, killMs: 500 };

function setUp(machine = new FakeMachine(), deps: Partial<SupervisorDeps> = {}) {
  const { clock, tick } = manualClock();
  const history = new EventHistory(clock);
  const published: string[][] = [];
  const supervisor: Supervisor = new Supervisor({ basePort: 8001, maxPort: 8004, env: { RUN_DIR: "run" }, limits }, {
    launch: machine.launch,
    probe: machine.probe,
    signalPid: machine.signalPid,
    portIsFree: machine.portIsFree,
    clock,
    random: () => 1,
    log: silentLogger,
    settled: () => Promise.resolve(),
    publish: () => published.push(supervisor.targets),
    history,
    ...deps,
  });
  const kinds = () => history.list().map(({ kind }) => kind);
  return { machine, supervisor, tick, history, published, kinds };
}

function code(expected: string, status: number) {
  return (error: unknown) => error instanceof ApiError && error.code === expected && error.status === status;
}

Deno.test("Supervisor.start() names instances after their place in the port range", async () => {
  const { machine, supervisor } = setUp();
  await supervisor.start(8003);
  await supervisor.start();
  assert.deepEqual(supervisor.views.map(({ port, service, status, healthy }) => [port, service, status, healthy]), [
    [8001, "inv1", "running", true],
    [8003, "inv3", "running", true],
  ]);
  assert.deepEqual(machine.on(8003)!.spec.env, { RUN_DIR: "run", PORT: "8003", HOST: "127.0.0.1", SERVICE: "inv3" });
  assert.deepEqual(supervisor.backends, ["http://127.0.0.1:8001", "http://127.0.0.1:8003"]);
});

Deno.test("Supervisor.start() refuses a port that an instance or another program has", async () => {
  const { machine, supervisor } = setUp();
  machine.foreign.add(8002);
  await supervisor.start(8001);
  await assert.rejects(supervisor.start(8001), code("port_taken", 409));
  await assert.rejects(supervisor.start(8002), code("port_taken", 409));
  assert.equal((await supervisor.start()).port, 8003);
});

Deno.test("Supervisor.start() leaves nothing behind when the instance ends before it is healthy", async () => {
  const { machine, supervisor } = setUp();
  machine.onLaunch = (process) => process.end(2, "oncall-inventory: PORT: expected a whole number");
  await assert.rejects(supervisor.start(), (error: Error) => {
    assert.match(error.message, /inv1 on port 8001 ended with status 2 .*: oncall-inventory: PORT: expected/);
    return code("start_failed", 500)(error);
  });
  assert.deepEqual(supervisor.views, []);
});

Deno.test("Supervisor.start() kills an instance that is not healthy in time", async () => {
  const { machine, supervisor, tick } = setUp();
  machine.onLaunch = (process) => process.frozen = true;
  const started = assert.rejects(supervisor.start(), /not healthy within 1 s/);
  await tick(2_000);
  await started;
  assert.deepEqual(machine.processes[0]!.signals, ["SIGKILL"]);
});

Deno.test("Supervisor.scale() starts the lowest ports and stops the highest", async () => {
  const { supervisor, kinds } = setUp();
  await supervisor.start(8002);
  assert.deepEqual(await supervisor.scale(3), { started: [8001, 8003], stopped: [], replicas: 3 });
  assert.deepEqual(await supervisor.scale(1), { started: [], stopped: [8003, 8002], replicas: 1 });
  assert.deepEqual(await supervisor.scale(1), { started: [], stopped: [], replicas: 1 });
  assert.equal(kinds().filter((kind) => kind === "scaled").length, 2);
});

Deno.test("Supervisor.scale() starts nothing when other programs hold the ports that it would need", async () => {
  const { machine, supervisor } = setUp();
  machine.foreign.add(8002);
  await assert.rejects(supervisor.scale(4), code("no_free_port", 409));
  assert.deepEqual(supervisor.views, []);
});

Deno.test("Supervisor.scale() says what it did when some instances do not start", async () => {
  const { machine, supervisor } = setUp();
  machine.onLaunch = (process) => process.spec.port === 8002 && process.end(1);
  await assert.rejects(supervisor.scale(3), (error: ApiError) => {
    assert.deepEqual(error.details, { started: [8001, 8003], stopped: [], replicas: 2 });
    return code("scale_incomplete", 500)(error);
  });
});

Deno.test("Supervisor runs one change after the other when several are asked for at once", async () => {
  const { machine, supervisor } = setUp();
  const [, , , last] = await Promise.all([
    supervisor.scale(4),
    supervisor.scale(0),
    supervisor.start(),
    supervisor.scale(2),
  ]);
  assert.deepEqual(last, { started: [8002], stopped: [], replicas: 2 });
  assert.equal(machine.processes.filter(({ alive }) => alive).length, 2);
});

Deno.test("Supervisor.stop() takes the instance out of backends and targets before it ends the process", async () => {
  const gate = Promise.withResolvers<void>();
  const { machine, supervisor, published, kinds } = setUp(undefined, { settled: () => gate.promise });
  const { pid } = await supervisor.start();
  const stopped = supervisor.stop({ pid: pid! });
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual([supervisor.backends, published.at(-1), supervisor.views[0]!.status], [[], [], "draining"]);
  assert.deepEqual(machine.processes[0]!.signals, []);
  gate.resolve();
  assert.equal(await stopped, 8001);
  assert.deepEqual(machine.processes[0]!.signals, ["SIGTERM"]);
  assert.deepEqual(supervisor.views, []);
  assert.equal(kinds().at(-1), "instance_stopped");
});

Deno.test("Supervisor.stop() answers 404 for a port or process that is none of its instances", async () => {
  const { supervisor } = setUp();
  await assert.rejects(supervisor.stop({ port: 8001 }), code("unknown_instance", 404));
  await assert.rejects(supervisor.stop({ pid: 1 }), code("unknown_instance", 404));
});

Deno.test("Supervisor.stop() kills an instance that does not end in time", async () => {
  const { machine, supervisor, tick } = setUp();
  await supervisor.start();
  machine.on(8001)!.obedient = false;
  const stopped = supervisor.stop({ port: 8001 });
  await tick(4_999);
  assert.deepEqual(machine.processes[0]!.signals, ["SIGTERM"]);
  await tick(1);
  await stopped;
  assert.deepEqual(machine.processes[0]!.signals, ["SIGTERM", "SIGKILL"]);
});

Deno.test("Supervisor restarts an instance that dies, with a pause", async () => {
  const { machine, supervisor, tick, published, kinds } = setUp();
  await supervisor.start();
  const first = machine.on(8001)!;
  first.end(137);
  await tick(100);
  assert.deepEqual([supervisor.views[0]!.status, supervisor.views[0]!.pid], ["exited(137)", null]);
  assert.deepEqual([supervisor.backends, published.at(-1)], [[], []]);
  await tick(200);
  const { status, restarts, pid } = supervisor.views[0]!;
  assert.deepEqual([status, restarts], ["running", 1]);
  assert.notEqual(pid, first.pid);
  assert.deepEqual(published.at(-1), ["127.0.0.1:8001"]);
  assert.deepEqual(kinds(), ["instance_started", "instance_exited", "instance_restarted"]);
});

Deno.test("Supervisor calls an instance crash looping when it dies again and again, and goes on trying", async () => {
  const { machine, supervisor, tick } = setUp();
  await supervisor.start();
  machine.onLaunch = (process) => process.end(1);
  machine.on(8001)!.end(1);
  await tick(30_000);
  assert.equal(supervisor.views[0]!.status, "crash_looping");
  const attempts = machine.processes.length;
  machine.onLaunch = () => {};
  await tick(60_000);
  assert.equal(machine.processes.length, attempts + 1);
  assert.equal(supervisor.views[0]!.status, "running");
});

Deno.test("Supervisor.stop() ends an instance that waits for its restart", async () => {
  const { machine, supervisor, tick } = setUp();
  await supervisor.start();
  machine.on(8001)!.end(1);
  await tick(10);
  assert.equal(await supervisor.stop({ port: 8001 }), 8001);
  await tick(60_000);
  assert.equal(machine.processes.length, 1);
});

Deno.test("Supervisor.check() takes a silent instance out of the backends, not out of the targets, until it answers", async () => {
  const { machine, supervisor, published, kinds } = setUp();
  await supervisor.scale(2);
  machine.on(8001)!.frozen = true;
  await supervisor.check();
  assert.equal(supervisor.backends.length, 2, "one missed check is no reason yet");
  await supervisor.check();
  assert.deepEqual(supervisor.backends, ["http://127.0.0.1:8002"]);
  assert.deepEqual(published.at(-1), ["127.0.0.1:8001", "127.0.0.1:8002"]);
  machine.on(8001)!.frozen = false;
  await supervisor.check();
  assert.equal(supervisor.backends.length, 2);
  assert.deepEqual(kinds().slice(-2), ["instance_unresponsive", "instance_responsive"]);
});

Deno.test("Supervisor.adopt() goes on with what runs, restarts what died and forgets what is another's", async () => {
  const machine = new FakeMachine();
  const before = setUp(machine);
  await before.supervisor.scale(3);
  const { instances } = before.supervisor.state;
  machine.on(8002)!.end(1);
  machine.on(8003)!.end(1);
  machine.foreign.add(8003);

  const { supervisor, tick } = setUp(machine);
  await supervisor.adopt(instances);
  await tick(1_000);
  assert.deepEqual(supervisor.views.map(({ port, pid, status, restarts }) => [port, pid, status, restarts]), [
    [8001, 100, "running", 0],
    [8002, 103, "running", 1],
  ]);
});

Deno.test("Supervisor.adopt() takes over an instance that hangs, and ends it when asked", async () => {
  const machine = new FakeMachine();
  const before = setUp(machine);
  await before.supervisor.start();
  Object.assign(machine.on(8001)!, { frozen: true, obedient: false });
  const { supervisor, tick } = setUp(machine);
  await supervisor.adopt(before.supervisor.state.instances);
  assert.deepEqual([supervisor.views[0]!.status, supervisor.views[0]!.healthy], ["running", false]);
  const stopped = supervisor.stop({ port: 8001 });
  await tick(2_000);
  await stopped;
  assert.deepEqual(machine.processes[0]!.signals, ["SIGTERM", "SIGKILL"]);
});

Deno.test("Supervisor.adopt() restarts an adopted instance that dies", async () => {
  const machine = new FakeMachine();
  const before = setUp(machine);
  await before.supervisor.start();
  const { supervisor, tick } = setUp(machine);
  await supervisor.adopt(before.supervisor.state.instances);
  machine.on(8001)!.end(1);
  await tick(2_000);
  assert.deepEqual([supervisor.views[0]!.status, supervisor.views[0]!.pid], ["running", 101]);
});

Deno.test("Supervisor.adopt() ends what was about to be stopped", async () => {
  const machine = new FakeMachine();
  const before = setUp(machine);
  await before.supervisor.start();
  const { supervisor, tick } = setUp(machine);
  await supervisor.adopt(before.supervisor.state.instances.map((record) => ({ ...record, draining: true })));
  await tick(2_000);
  assert.deepEqual([supervisor.views, machine.processes[0]!.signals], [[], ["SIGTERM"]]);
});

Deno.test("Supervisor.shutdown() stops every instance and refuses further changes", async () => {
  const { machine, supervisor } = setUp();
  await supervisor.scale(3);
  await supervisor.shutdown();
  assert.deepEqual(machine.processes.map(({ signals }) => signals), [["SIGTERM"], ["SIGTERM"], ["SIGTERM"]]);
  await assert.rejects(supervisor.start(), code("stopping", 503));
});
