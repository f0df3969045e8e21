import { ConfigurationError } from "../../lib/configuration/mod.ts";
import { backUp, backupName, type Copied, putBack, removeOld } from "../../lib/database/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Context, Frame } from "../frame.ts";

/** `oncall backup [FILE]`: copies the store while the agent goes on. */
export function backup({ program, action }: Frame): void {
  program.command("backup")
    .summary("copy the incidents' store while the agent goes on")
    .description(
      "copy the incidents' store while the agent goes on, and check the copy; without FILE into RUN_DIR/backups, where " +
        "BACKUP_KEEP and BACKUP_DAYS say which older ones stay",
    )
    .argument("[FILE]", "file to make, below run/ or logs/; it must not be there yet")
    .action(action(async (context, file: string | undefined) => {
      const { out, json, runDir, deps } = context;
      const now = deps.now();
      const folder = `${runDir}/backups`;
      const to = file ?? `${folder}/${backupName(now)}`;
      const copied = await saying(() => backUp(storePath(context), to));
      const removed = file === undefined ? removeOld(folder, { ...context.backups, now }) : [];
      if (json) out.json({ ok: true, ...copied, removed });
      else {
        out.line(`${copied.path}: ${inWords(copied)}, checked`);
        if (removed.length > 0) out.line(`${removed.length} older removed`);
      }
      return EXIT.ok;
    }));
}

/** `oncall restore FILE`: puts a backup in the store's place. */
export function restore({ program, action }: Frame): void {
  program.command("restore")
    .summary("put a backup in the place of the incidents' store")
    .description(
      "put a backup in the place of the incidents' store, with the agent stopped; what was there is kept beside it",
    )
    .argument("<FILE>", "what oncall backup made")
    .action(action(async (context, file: string) => {
      const { out, json, deps } = context;
      const back = await saying(() => putBack(file, storePath(context), { now: deps.now() }));
      if (json) out.json({ ok: true, ...back, aside: back.aside ?? null });
      else {
        out.line(`${back.path}: ${inWords(back)}, checked`);
        if (back.aside !== undefined) out.line(`what was there is kept as ${back.aside}`);
      }
      return EXIT.ok;
    }));
}

function inWords({ rows, bytes }: Copied): string {
  const incidents = rows.incidents ?? 0;
  return `${incidents} ${incidents === 1 ? "incident" : "incidents"}, ${Math.ceil(bytes / 1_000)} kB`;
}

function storePath({ storeUrl, runDir }: Context): string {
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(storeUrl ?? `sqlite:${runDir}/oncall.db`)?.[1];
  if (path !== undefined && path !== ":memory:") return path;
  throw new CliError(EXIT.usage, "ONCALL_STORE names no file: a backup is of sqlite:<path>");
}

async function saying<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw new CliError(EXIT.notWell, cause.message, { cause });
    if (cause instanceof Deno.errors.NotFound) {
      throw new CliError(EXIT.notWell, `there is no such file: ${cause.message.replace(/^.*?: /, "")}`, { cause });
    }
    if (cause instanceof Deno.errors.NotCapable) {
      throw new CliError(EXIT.usage, "files can be written below run/ and logs/ only: copy it from there", { cause });
    }
    if (cause instanceof Error) throw new CliError(EXIT.notWell, cause.message, { cause });
    throw cause;
  }
}
