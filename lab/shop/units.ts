import { join } from "node:path";
import { sleep } from "../../services/lib/waiting/mod.ts";
import { hasPython } from "./python.ts";
import { serviceOf, type Settings, type Unit } from "./unit_settings.ts";

/** Where programs are started. */
export interface UnitsOptions {
  /** The system's folder; absolute. */
  readonly folder: string;
  readonly settings: Record<Unit, Settings>;
  /** How soon one that ended by itself is started again. */
  readonly restartMs: number;
}

interface Running {
  readonly child: Deno.ChildProcess;
  wanted: boolean;
}

/** The shop's programs, each started again when it ends by itself, as a service manager does. */
export class Units {
  readonly #running = new Map<Unit, Running>();
  readonly #code = new Map<Unit, string>();
  readonly #ending = new AbortController();

  constructor(readonly options: UnitsOptions) {}

  async start(unit: Unit): Promise<void> {
    const { folder, settings } = this.options;
    const file = `etc/${unit}.json`;
    await Deno.writeTextFile(join(folder, file), `${JSON.stringify(settings[unit], null, 2)}\n`);
    const [program, ...args] = commandOf(unit, this.#code.get(unit) ?? serviceOf(unit));
    const log = `logs/${serviceOf(unit)}.log`;
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", 'exec "$@" >>"$0" 2>&1', log, program!, ...args, file],
      cwd: folder,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const running = { child, wanted: true };
    this.#running.set(unit, running);
    child.status.then(async () => {
      await sleep(this.options.restartMs, this.#ending.signal).catch(() => {});
      if (running.wanted && !this.#ending.signal.aborted && this.#running.get(unit) === running) await this.start(unit);
    });
  }

  /** Ends one, which stays away. */
  async stop(unit: Unit, signal: Deno.Signal = "SIGTERM"): Promise<void> {
    const running = this.#running.get(unit);
    if (running === undefined) return;
    running.wanted = false;
    send(running.child, signal);
    if (signal === "SIGTERM") send(running.child, "SIGCONT");
    await running.child.status;
  }

  async restart(unit: Unit): Promise<void> {
    await this.stop(unit);
    await this.start(unit);
  }

  /** Lets one instance run other code than the rest of its service. */
  useCode(unit: Unit, folder: string): void {
    this.#code.set(unit, folder);
  }

  freeze(unit: Unit): void {
    send(this.#running.get(unit)!.child, "SIGSTOP");
  }

  thaw(unit: Unit): void {
    send(this.#running.get(unit)!.child, "SIGCONT");
  }

  async stopAll(): Promise<void> {
    this.#ending.abort();
    await Promise.all([...this.#running.keys()].map((unit) => this.stop(unit, "SIGKILL")));
  }
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended.
  }
}

/** The heap that a small container would give, in MB. */
const HEAP = 96;

function commandOf(unit: Unit, code: string): string[] {
  const deno = [Deno.execPath(), "run", "-A", "--quiet", "--no-config", "--no-lock", "--no-remote", "--no-npm"];
  switch (unit) {
    case "gateway":
      return ["node", `${code}/server.js`];
    case "payments":
    case "payments_2":
      return hasPython() ? ["python3", `${code}/app.py`] : [...deno, `${code}/app.ts`];
    case "shipping":
      return [...deno, `${code}/worker.ts`];
    default:
      return [...deno, `--v8-flags=--max-old-space-size=${HEAP}`, `${code}/server.ts`];
  }
}
