import { sleep } from "../../services/lib/waiting/mod.ts";
import { basename } from "node:path";
import { BIN, executablePath, TOOLS } from "../build/mod.ts";

/** A process, told apart from a later one with the same id by when it began. */
export interface ProcessId {
  readonly pid: number;
  /** In the system's own notation; only equality counts. */
  readonly began: string;
}

/** When a process began; `undefined` when there is none, or it has ended and waits for its parent. */
export async function beganOf(pid: number): Promise<string | undefined> {
  try {
    // The program's name stands in parentheses and may hold anything; what counts comes after it.
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch (error) {
    if (Deno.build.os === "linux" || !(error instanceof Deno.errors.NotFound)) return undefined;
  }
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "lstart=", "-p", String(pid)] }).output();
  return new TextDecoder().decode(stdout).trim() || undefined;
}

/** Whether that very process is still there. */
export async function isAlive(id: ProcessId): Promise<boolean> {
  return await beganOf(id.pid) === id.began;
}

/**
 * Ends processes: SIGTERM, then SIGKILL to those still there after `graceMs`. Returns those that had to be killed.
 */
export async function end(ids: readonly ProcessId[], graceMs = 15_000): Promise<ProcessId[]> {
  for (const id of ids) if (await isAlive(id)) signal(id.pid, "SIGTERM");
  const left = await outlast(ids, graceMs);
  for (const id of left) signal(id.pid, "SIGKILL");
  await outlast(left, 5_000);
  return left;
}

async function outlast(ids: readonly ProcessId[], timeoutMs: number): Promise<ProcessId[]> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    const left: ProcessId[] = [];
    for (const id of ids) if (await isAlive(id)) left.push(id);
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(50);
  }
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    // It ended in between.
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
}

/** This project's processes that were started in `workingDirectory`, whoever started them; none without `/proc`. */
export async function ownProcesses(workingDirectory: string): Promise<(ProcessId & { readonly name: string })[]> {
  const found: (ProcessId & { readonly name: string })[] = [];
  for (const pid of await pids()) {
    try {
      if (await Deno.readLink(`/proc/${pid}/cwd`) !== workingDirectory) continue;
      // A program that was built anew while it ran is "(deleted)".
      const program = (await Deno.readLink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, "");
      if (!program.startsWith(`${BIN}/`) && !program.startsWith(`${TOOLS}/`)) continue;
      // The command line is no part of the system: it may be what asks.
      if (program === executablePath("cli")) continue;
      const began = await beganOf(pid);
      if (began !== undefined) found.push({ pid, began, name: basename(program) });
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return found;
}

/** What listens on a TCP port of this machine, e.g. `nginx (process 812)`; `undefined` when that cannot be seen. */
export async function portOwner(port: number): Promise<string | undefined> {
  return (await portHolder(port))?.text;
}

/** The same with its process id, which another user's process does not show. */
export async function portHolder(port: number): Promise<{ readonly text: string; readonly pid?: number } | undefined> {
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of (await Deno.readTextFile(table).catch(() => "")).split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === "0A" && inode !== undefined && parseInt(local!.split(":")[1]!, 16) === port) inodes.add(inode);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of await pids()) {
    try {
      for await (const entry of Deno.readDir(`/proc/${pid}/fd`)) {
        const target = await Deno.readLink(`/proc/${pid}/fd/${entry.name}`).catch(() => "");
        const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
        if (inode !== undefined && inodes.has(inode)) {
          return { pid, text: `${await commandOf(pid)} (process ${pid})` };
        }
      }
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return { text: "a process of another user" };
}

async function commandOf(pid: number): Promise<string> {
  const words = (await Deno.readTextFile(`/proc/${pid}/cmdline`)).split("\0").filter((word) => word !== "");
  const line = [basename(words[0] ?? "?"), ...words.slice(1)].join(" ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

async function pids(): Promise<number[]> {
  const found: number[] = [];
  try {
    for await (const entry of Deno.readDir("/proc")) if (/^\d+$/.test(entry.name)) found.push(Number(entry.name));
  } catch {
    // No /proc on this system.
  }
  return found;
}
