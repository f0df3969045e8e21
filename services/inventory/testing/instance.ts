import type { FaultDeps, FaultMode } from "../faults.ts";
import type { FreightDeps } from "../freight.ts";
import { start } from "../inventory.ts";

/** An instance for a test: its folder, and requests to it. */
export interface TestInstance {
  readonly folder: string;
  readonly port: number;
  readonly exits: number[];
  get(path: string): Promise<{ status: number; body: Record<string, unknown>; text: string }>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): ReturnType<TestInstance["get"]>;
  stop(): Promise<void>;
}

/** What a test may want to be different. */
export interface TestInstanceOptions {
  readonly folder?: string;
  readonly service?: string;
  readonly fault?: FaultMode;
  readonly faults?: Partial<FaultDeps>;
  readonly freight?: Partial<FreightDeps>;
}

/** Runs `body` in a temporary folder that is removed afterwards. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts an instance on a free port, passes it to `body` and stops it. */
export async function withInstance(
  options: TestInstanceOptions,
  body: (instance: TestInstance) => Promise<void>,
): Promise<void> {
  await inFolder(async (temporary) => {
    const instance = await startInstance({ ...options, folder: options.folder ?? temporary });
    try {
      await body(instance);
    } finally {
      await instance.stop();
    }
  });
}

async function startInstance(options: TestInstanceOptions & { folder: string }): Promise<TestInstance> {
  const { folder } = options;
  const exits: number[] = [];
  const exit = (status: number): never => {
    exits.push(status);
    return undefined as never;
  };
  const running = await start({
    hostname: "127.0.0.1",
    port: 0,
    service: options.service ?? "inv1",
    fault: options.fault ?? "none",
    db: `${folder}/run/items.db`,
    logDir: `${folder}/logs`,
    freightUrl: "http://127.0.0.1:9",
  }, { exit, log: () => {}, faults: { exit, ...options.faults }, freight: options.freight ?? {} });
  const send: TestInstance["send"] = async (method, path, body, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${running.addr.port}${path}`, {
      method,
      headers,
      body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    let parsed = {};
    try {
      parsed = JSON.parse(text);
    } catch {
      // Metrics are not JSON.
    }
    return { status: response.status, body: parsed, text };
  };
  return {
    folder,
    port: running.addr.port,
    exits,
    get: (path) => send("GET", path),
    send,
    stop: () => running.stop(),
  };
}
