import { ToolError } from "../../tool_error.ts";
import { getText } from "../http.ts";
import { wordsOf } from "../words.ts";
import type { Logs } from "./entry.ts";
import { errorsOf, notUnderstood, withNotes } from "./errors.ts";
import { entriesOf, type LineFormat } from "./lines.ts";

/** Which entries of which journal: this machine's, that of a folder, or another machine's behind systemd-journal-gatewayd. */
export interface JournalOptions extends LineFormat {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
  readonly unit?: string | undefined;
  readonly identifier?: string | undefined;
  /** Fields and their values. */
  readonly match?: Readonly<Record<string, string>> | undefined;
}

/** Runs `journalctl` and gives what it wrote. */
export type RunJournal = (
  args: readonly string[],
  signal: AbortSignal,
) => Promise<{ code: number; out: string; err: string }>;

const LIMIT = 2000;

/** Logs in systemd's journal. */
export function journalLogs(
  options: JournalOptions,
  deps: { readonly fetch: typeof fetch; readonly now: () => Date; readonly run?: RunJournal },
): Logs {
  const { url, folder } = options;
  const matches = matchesOf(options);
  const from = `the journal${url === undefined ? "" : ` at ${new URL(url).origin}`} (${
    Object.entries(matches).map(([name, value]) => `${name}=${value}`).join(" ")
  })`;
  return {
    async read({ seconds, signal }) {
      const end = deps.now().getTime();
      const text = url === undefined
        ? await local({ folder, matches, since: end - seconds * 1000, signal, run: deps.run ?? journalctl })
        : await remote({ url, matches, signal, fetch: deps.fetch });
      const lines = text.split("\n").filter((line) => line.startsWith("{"));
      const recent = lines.filter((line) => microsOf(line) / 1000 >= end - seconds * 1000);
      const all = entriesOf(recent.map((text) => ({ text })), { format: options, near: end });
      const errors = errorsOf(all, options);
      return withNotes({
        entries: errors,
        from,
        limited: lines.length >= LIMIT && recent.length === lines.length,
        seen: all.length,
      }, [
        notUnderstood(all, errors, "say what a line looks like with `entry`"),
      ], [recent.length === 0 ? `${from} has no lines of the last ${seconds} s` : null]);
    },
  };
}

function matchesOf({ unit, identifier, match }: JournalOptions): Record<string, string> {
  return {
    ...(unit === undefined ? {} : { _SYSTEMD_UNIT: /\.\w+$/.test(unit) ? unit : `${unit}.service` }),
    ...(identifier === undefined ? {} : { SYSLOG_IDENTIFIER: identifier }),
    ...match,
  };
}

function microsOf(line: string): number {
  return Number(/"__REALTIME_TIMESTAMP"\s{0,3}:\s{0,3}"?(\d{1,20})/.exec(line)?.[1] ?? 0);
}

async function local(
  { folder, matches, since, signal, run }: {
    readonly folder: string | undefined;
    readonly matches: Readonly<Record<string, string>>;
    readonly since: number;
    readonly signal: AbortSignal;
    readonly run: RunJournal;
  },
): Promise<string> {
  const args = [
    ...["--output=json", "--no-pager", "--quiet", `--lines=${LIMIT}`, `--since=@${Math.floor(since / 1000)}`],
    ...(folder === undefined ? [] : [`--directory=${folder}`]),
    ...Object.entries(matches).map(([name, value]) => `${name}=${value}`),
  ];
  const { code, out, err } = await run(args, signal);
  if (code === 0) return out;
  throw new ToolError("refused", `journalctl failed: ${wordsOf(err) || `it ended with ${code}`}`);
}

async function journalctl(args: readonly string[], signal: AbortSignal) {
  try {
    const { code, stdout, stderr } = await new Deno.Command("journalctl", { args: [...args], stdin: "null", signal })
      .output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Deno.errors.NotFound
      ? "journalctl is not installed here"
      : cause instanceof Deno.errors.NotCapable
      ? "this build may not run journalctl"
      : "journalctl cannot be run";
    throw new ToolError(
      "refused",
      `${why}; name the url of systemd-journal-gatewayd in the connection, or read a file`,
      { cause },
    );
  }
}

async function remote(
  { url, matches, signal, fetch }: {
    readonly url: string;
    readonly matches: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly fetch: typeof globalThis.fetch;
  },
): Promise<string> {
  const answer = await getText(`${url.replace(/(?<!\/)\/+$/, "")}/entries?${new URLSearchParams(matches)}`, {
    fetch,
    signal,
    who: "systemd-journal-gatewayd",
    maxBytes: 48 * 2 ** 20,
    // The newest entries, counted from the end.
    headers: { accept: "application/json", range: `entries=:-${LIMIT - 1}:${LIMIT}` },
  });
  if (answer.status === 200 || answer.status === 206) return answer.text;
  throw new ToolError(
    "bad_answer",
    `systemd-journal-gatewayd at ${new URL(url).origin} answered ${answer.status}: ${
      wordsOf(answer.text) || "no reason given"
    }`,
  );
}
