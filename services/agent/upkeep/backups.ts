import { Gauge, type Registry } from "prom-client";
import { backUp, backupName, removeOld } from "../../lib/database/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";

/** What backups go by. */
export interface BackupDeps {
  /** The store's file; undefined for a store in memory. */
  readonly path: string | undefined;
  readonly folder: string;
  /** Time between two, in milliseconds; 0: none are made. */
  readonly everyMs: number;
  /** How many stay, and for how many days. */
  readonly keep: number;
  readonly days: number;
  readonly log: Logger;
  readonly registry: Registry;
  readonly now?: () => Date;
  /** Shortest wait after the start, in milliseconds. */
  readonly firstMs?: number;
}

const FIRST_MS = 120_000;
const RETRY_MS = 3_600_000;
const LONGEST_WAIT_MS = 3_600_000;
/** Checking a copy holds the agent up, about a second for so much. */
const MOST_BYTES = 256_000_000;

/** Backs the store up again and again, from when the newest backup says that it is time, until stopped. */
export function startBackups(deps: BackupDeps): { stop(): Promise<void> } {
  const { path, folder, everyMs, keep, days, log, now = () => new Date(), firstMs = FIRST_MS } = deps;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = Promise.resolve();
  const last = new Gauge({
    name: "oncall_agent_backup_time_seconds",
    help: "When the store was last backed up; 0: never.",
    registers: [deps.registry],
  });
  last.set(newest(folder) / 1_000);
  if (path === undefined || everyMs === 0) return { stop: () => Promise.resolve() };

  const step = async () => {
    let waitMs = RETRY_MS;
    try {
      const due = newest(folder) + everyMs - now().getTime();
      if (due > 0) return later(Math.min(due, LONGEST_WAIT_MS));
      const { size } = Deno.statSync(path);
      if (size > MOST_BYTES) {
        log.warn("the store is too large to be backed up beside the agent's work: run oncall backup", { bytes: size });
      } else {
        const made = await backUp(path, `${folder}/${backupName(now())}`);
        const removed = removeOld(folder, { keep, days, now: now() });
        last.set(now().getTime() / 1_000);
        log.info("store backed up", { file: made.path, bytes: made.bytes, removed: removed.length });
        waitMs = Math.min(everyMs, LONGEST_WAIT_MS);
      }
    } catch (error) {
      log.error("cannot back up the store, retrying", { error });
    }
    later(waitMs);
  };
  const later = (ms: number) => {
    if (!stopped) timer = setTimeout(() => running = step(), ms);
  };
  later(firstMs);

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** When the newest backup was made, in milliseconds; 0 where there is none. */
function newest(folder: string): number {
  try {
    const times = [...Deno.readDirSync(folder)].filter(({ name }) => /^oncall-\d{8}T\d{9}Z\.db$/.test(name))
      .map(({ name }) => Deno.statSync(`${folder}/${name}`).mtime?.getTime() ?? 0);
    return Math.max(0, ...times);
  } catch {
    return 0;
  }
}
