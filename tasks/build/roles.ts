/** What an executable may touch, beside its own `run`, `logs` and `.env`; see `flags.ts` for how it becomes flags. */
export interface Role {
  /** The folder under `services/`. */
  readonly folder: string;
  /** The executable's name in `bin/`. */
  readonly executable: string;
  /** Paths that it may read in its working directory, beside what it may write. */
  readonly read?: readonly string[];
  /** Paths that it may not read whatever else it may. */
  readonly denyRead?: readonly string[];
  /** It keeps files in `run` and `logs`. */
  readonly writes: boolean;
  /** Folders in its working directory where it writes what a person asked for. */
  readonly write?: readonly string[];
  /** Hosts that it must reach beside loopback and the hosts of its settings' defaults. */
  readonly net?: readonly string[];
  /** Programs that it may start, found on PATH when it runs. */
  readonly run?: readonly string[];
  /** A setting that names one more program to start, read when building. */
  readonly runSetting?: string;
  /** Kinds of system information that it may ask for. */
  readonly sys?: readonly string[];
  /**
   * What it reaches, reads and is told is what its configuration names, by a guard in its code; its build permits it unless a
   * fixed list of hosts is given.
   */
  readonly guarded?: boolean;
  /** Files beside its modules that it carries. */
  readonly include?: readonly string[];
  /** Options of its JavaScript engine. */
  readonly engine?: readonly string[];
}

/** The names by which roles are built and started. */
export type RoleName = "manager" | "inventory" | "lb" | "traffic" | "agent" | "cli";

/**
 * How the engine runs the traffic generator. What lives for one request is thrown away in small portions: pauses are
 * short, and no long run grows in steps. Code is compiled for good after a third of the usual calls: a short warm-up has
 * all of it compiled, and no request waits behind the compiler.
 */
const GENERATOR_ENGINE = ["--max-semi-space-size=4", "--invocation-count-for-turbofan=1000"];

/** The one table of what each executable may do. */
export const roles: Readonly<Record<RoleName, Role>> = {
  manager: {
    folder: "manager",
    executable: "oncall-manager",
    writes: true,
    // An instance that another manager started is no child of this one: only `kill` can end it.
    run: ["oncall-inventory", "bin/oncall-inventory", "kill"],
    runSetting: "INVENTORY_BIN",
  },
  inventory: { folder: "inventory", executable: "oncall-inventory", writes: true },
  lb: { folder: "balancer", executable: "oncall-lb", writes: true },
  traffic: { folder: "traffic", executable: "oncall-traffic", writes: false, engine: GENERATOR_ENGINE },
  // The code that the agent quotes (CODE_ROOT) can be any folder of its working directory.
  // A Jira site has a host of its own, mostly under Jira Cloud's domain.
  agent: {
    folder: "agent",
    executable: "oncall-agent",
    writes: true,
    // In a cluster, its own account is mounted where the kubelet puts it, and the API has one name.
    read: [".", "/var/run/secrets/kubernetes.io/serviceaccount"],
    net: ["*.atlassian.net", "*.slack.com", "kubernetes.default.svc"],
    // The thread that reads logs and other texts; no module imports it.
    include: ["services/agent/investigation/isolated/worker.ts"],
    // A journal is read by its own program.
    run: ["journalctl"],
    guarded: true,
  },
  // It starts and ends the system through the checkout's own tasks, opens the console in a browser, and ranks the
  // metrics of a file in its working directory.
  cli: {
    folder: "cli",
    executable: "oncall",
    // Backups are made, and put back, below run.
    writes: true,
    // `oncall rank FILE` reads the file that a person names, wherever it is.
    read: ["/"],
    // `oncall init` writes config/oncall.yaml, from servers that a person names.
    write: ["config"],
    guarded: true,
    // No table of metrics is there, but what the machine keeps to itself is.
    denyRead: ["/etc", "/proc", "/sys", "/boot"],
    run: ["deno", "npx", "xdg-open", "open"],
    // `oncall traffic` is the generator.
    engine: GENERATOR_ENGINE,
  },
};

/** All roles, in the order in which they are built. */
export const roleNames = Object.keys(roles) as readonly RoleName[];
