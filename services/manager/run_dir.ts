import { ConfigurationError } from "../lib/configuration/mod.ts";

/**
 * Claims `runDir` for this manager until released or its process ends, whichever way: two managers in one folder would
 * overwrite each other's discovery file and instances.
 *
 * @throws {ConfigurationError} when another manager has it, or it cannot be written.
 */
export function claimRunDir(runDir: string): { release(): void } {
  const path = `${runDir}/manager.lock`;
  let file: Deno.FsFile;
  try {
    Deno.mkdirSync(runDir, { recursive: true });
    file = Deno.openSync(path, { create: true, read: true, write: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`RUN_DIR: cannot write in ${runDir}: ${reason}`, { cause });
  }
  if (!file.tryLockSync(true)) {
    const owner = Deno.readTextFileSync(path).trim();
    file.close();
    throw new ConfigurationError(`another manager (process ${owner}) runs with RUN_DIR ${runDir}; stop it first`);
  }
  file.truncateSync();
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return { release: () => file.close() };
}
