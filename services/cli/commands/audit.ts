import * as v from "valibot";
import { type AuditEntry, verifyTrail } from "../../lib/audit_trail/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Context, Frame } from "../frame.ts";

const entry = v.object({
  seq: v.number(),
  at: v.string(),
  by: v.string(),
  action: v.string(),
  target: v.string(),
  details: v.record(v.string(), v.unknown()),
  previous: v.string(),
  hash: v.string(),
});

const PAGE = 1_000;

/** `oncall audit`: the trail of what people did, as JSON lines; or whether one is whole. */
export function audit({ program, action }: Frame): void {
  program.command("audit")
    .summary("what people did, as JSON lines")
    .description("what people did, as JSON lines; each entry holds the hash of the one before")
    .option("--check [file]", "check the trail, or one that was exported before, instead of printing it")
    .action(action(async (context, flags: { check?: string | true }) => {
      const { deps: { write, readText } } = context;
      if (typeof flags.check === "string") {
        const text = await readText(flags.check).catch((cause) => {
          throw new CliError(EXIT.usage, `cannot read ${flags.check}: ${cause.message}`, { cause });
        });
        write(verdictOf(entriesOf(text, flags.check)));
        return EXIT.ok;
      }
      const pages = await fetched(context);
      if (flags.check === undefined) { for (const page of pages) write(page); }
      else write(verdictOf(pages.flatMap((page) => entriesOf(page, "the agent's answer"))));
      return EXIT.ok;
    }));
}

/** The whole trail, as the agent sends it. */
async function fetched({ api, agent }: Context): Promise<string[]> {
  const pages: string[] = [];
  for (let after = 0;;) {
    const response = await api.open(agent, { path: "/api/audit", query: { after, limit: PAGE } });
    const text = await response.text();
    if (!response.ok) throw new CliError(EXIT.notWell, messageOf(text) ?? `the agent answered ${response.status}`);
    pages.push(text);
    const entries = entriesOf(text, "the agent's answer");
    if (entries.length < PAGE) return pages;
    after = entries.at(-1)!.seq;
  }
}

function entriesOf(text: string, from: string): AuditEntry[] {
  return text.split("\n").filter((line) => line.trim() !== "").map((line, i) => {
    try {
      return v.parse(entry, JSON.parse(line));
    } catch (cause) {
      throw new CliError(EXIT.notWell, `${from}, line ${i + 1}: no entry of an audit trail`, { cause });
    }
  });
}

function verdictOf(entries: readonly AuditEntry[]): string {
  const { broken, newest, entries: good } = verifyTrail(entries);
  if (broken !== undefined) {
    throw new CliError(EXIT.notWell, `the trail is broken at entry ${broken.seq}: ${broken.why}`);
  }
  return `${good} entries, whole; the newest has ${newest}. Kept elsewhere, this shows later that nothing was changed.\n`;
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
