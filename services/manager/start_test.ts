import assert from "node:assert/strict";
import { ConfigurationError, VERSION } from "../lib/configuration/mod.ts";
import { findInventory } from "./inventory_executable.ts";
import type { Exit, InstanceProcess, LaunchSpec } from "./instance_process.ts";
import { type ManagerOptions, start } from "./start.ts";
import { silentLogger } from "../lib/telemetry/mod.ts";
import { freePort } from "../../tests/testing/mod.ts";

/** Inventories inside this process, on real ports; each with a separate process id. */
class Inventories {
  readonly #servers = new Map<number, { pid: number; server: Deno.HttpServer; exit: (how: Exit) => void }>();
  #nextPid = 1_000_000_000;

  readonly launch = ({ port, env }: LaunchSpec): InstanceProcess => {
    const pid = this.#nextPid++;
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    const server = Deno.serve(
      { hostname: "127.0.0.1", port, onListen() {} },
      () => Response.json({ ok: true, name: "oncall-inventory", version: VERSION, pid, service: env["SERVICE"] }),
    );
    this.#servers.set(port, { pid, server, exit: resolve });
    return { pid, exited, signal: () => this.end(port, 0) };
  };

  readonly signalPid = async (pid: number, name: string): Promise<boolean> => {
    const found = [...this.#servers].find(([, one]) => one.pid === pid);
    if (found !== undefined && name !== "0") await this.end(found[0], 0);
    return found !== undefined;
  };

  async end(port: number, code: number): Promise<void> {
    const one = this.#servers.get(port);
    this.#servers.delete(port);
    await one?.server.shutdown();
    one?.exit({ code, lastWords: "" });
  }
}

async function inFolder(body: (options: ManagerOptions) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const basePort = freePort();
  try {
    await body({
      host: "127.0.0.1",
      port: 0,
      basePort,
      maxPort: basePort,
      runDir: `${folder}/run`,
      logDir: `${folder}/logs`,
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function targets(options: ManagerOptions): string[] {
  return JSON.parse(Deno.readTextFileSync(`${options.runDir}/inventory_targets.json`))[0].targets;
}

Deno.test("start() serves, keeps the discovery file, and stops what it started", () =>
  inFolder(async (options) => {
    const inventories = new Inventories();
    const running = await start(options, { launch: inventories.launch });
    const url = `http://127.0.0.1:${running.addr.port}`;
    assert.deepEqual(targets(options), []);
    const response = await fetch(`${url}/start`, { method: "POST" });
    assert.equal((await response.json()).port, options.basePort);
    assert.deepEqual(targets(options), [`127.0.0.1:${options.basePort}`]);
    await running.stop();
    assert.deepEqual(targets(options), []);
    await running.stop();
  }));

Deno.test("start() refuses a run directory that another manager uses, and takes it over once that one has stopped", () =>
  inFolder(async (options) => {
    const { launch } = new Inventories();
    const first = await start(options, { launch });
    await assert.rejects(start(options, { launch }), (error: Error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, new RegExp(`another manager \\(process ${Deno.pid}\\)`));
      return true;
    });
    await first.stop();
    await (await start(options, { launch })).stop();
  }));

Deno.test("start() goes on with the instances of a manager that was killed, and keeps its history", () =>
  inFolder(async (options) => {
    const inventories = new Inventories();
    const running = inventories.launch({ port: options.basePort, env: {} });
    const record = { port: options.basePort, service: "inv1", pid: running.pid, started_at: null, restarts: 3 };
    Deno.mkdirSync(options.runDir);
    Deno.writeTextFileSync(
      `${options.runDir}/manager.json`,
      JSON.stringify({
        instances: [{ ...record, draining: false }],
        events: [{ at: "2026-01-01T00:00:00.000Z", kind: "scaled", text: "scaled from 0 to 1 instances" }],
      }),
    );
    const next = await start(options, { launch: inventories.launch, signalPid: inventories.signalPid });
    const url = `http://127.0.0.1:${next.addr.port}`;
    const { instances } = await (await fetch(`${url}/instances`)).json();
    assert.deepEqual(instances.map((one: Record<string, unknown>) => [one["pid"], one["status"], one["restarts"]]), [
      [running.pid, "running", 3],
    ]);
    const { events } = await (await fetch(`${url}/events`)).json();
    assert.deepEqual(events.map(({ kind }: { kind: string }) => kind), [
      "scaled",
      "manager_started",
      "instance_adopted",
    ]);
    assert.deepEqual(targets(options), [`127.0.0.1:${options.basePort}`]);
    await next.stop();
    assert.equal(await inventories.signalPid(running.pid, "0"), false);
  }));

Deno.test("start() starts with nothing when the state file is damaged", () =>
  inFolder(async (options) => {
    Deno.mkdirSync(options.runDir);
    Deno.writeTextFileSync(`${options.runDir}/manager.json`, '{"instances": [{');
    const running = await start(options, { launch: new Inventories().launch });
    const answer = await (await fetch(`http://127.0.0.1:${running.addr.port}/instances`)).json();
    assert.deepEqual(answer, { instances: [] });
    await running.stop();
  }));

Deno.test("start() refuses a port range that ends before it begins and a discovery file that cannot be written", () =>
  inFolder(async (options) => {
    const { launch } = new Inventories();
    await assert.rejects(start({ ...options, maxPort: options.basePort - 1 }, { launch }), /PM_MAX_PORT: expected/);
    const discoveryFile = `${options.runDir}/nowhere/targets.json`;
    await assert.rejects(start({ ...options, discoveryFile }, { launch }), /PM_SD_FILE: cannot write/);
  }));

Deno.test("findInventory() refuses an executable that is not there or is none", async () => {
  for (const bin of ["./no-such-inventory", "false"]) {
    await assert.rejects(findInventory(bin, silentLogger), (error: Error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, /^INVENTORY_BIN: no inventory to start/);
      return true;
    });
  }
});
