import * as v from "valibot";
import { allowedPath } from "../sources/mod.ts";
import type { LogsResult } from "./fetch_logs.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import { defineTool, parameters, type ToolContext, ToolError } from "./tool.ts";

/** What `fetch_code_from_github` answers. */
export interface CodeResult {
  readonly file: string;
  /** Where it was read. */
  readonly source: string;
  readonly ref: string;
  readonly total_lines: number;
  /** The line that a stack frame or the call named; null when none did. */
  readonly line: number | null;
  readonly lines: readonly { line: number; text: string }[];
  readonly cut: string | null;
}

const AROUND = 30;
const WHOLE = 120;
const LONGEST = 300;

/** Code of the repository, around the line that matters. */
export const fetchCode = defineTool({
  name: "fetch_code_from_github",
  ofService: true,
  subject: "code",
  reads: ["code"],
  holds: ["places", "code"],
  counts: ["line"],
  description: "A file of the service's repository, around `line` (or the line a stack frame names) when it is long.",
  schema: v.strictObject({
    service: ofService,
    file_path: v.pipe(v.string(), v.nonEmpty(), v.maxLength(500)),
    line: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1)))),
  }),
  parameters: parameters({
    service: OF_SERVICE,
    file_path: { type: "string", description: "path in the repository, as a stack frame names it" },
    line: { type: "integer", minimum: 1 },
  }, ["file_path"]),
  timeoutMs: 8_000,
  outputLimit: 6_000,
  covers: (earlier, wanted) =>
    earlier.service === wanted.service && earlier.file_path === wanted.file_path &&
    (wanted.line === undefined || wanted.line === null || Math.abs((earlier.line ?? 0) - wanted.line) <= AROUND / 2),
  async run({ file_path, line }, context): Promise<CodeResult> {
    const { service } = context.situation;
    const source = context.sources.code(service);
    const named = /^(.*?):(\d+)(?::\d+)?$/.exec(file_path);
    const path = allowedPath(named?.[1] ?? file_path, service?.code ?? { include: [], exclude: [] });
    const file = await source.read(path, context.signal);
    if (file.text.includes("\0")) throw new ToolError("refused", `${path} is not text`);
    const lines = file.text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    const wanted = line ?? (named ? Number(named[2]) : undefined) ?? lineOfFrame(path, context);
    const around = wanted ?? null;
    const from = lines.length <= WHOLE || around === null ? 1 : Math.max(1, around - AROUND);
    const to = lines.length <= WHOLE ? lines.length : Math.min(lines.length, around === null ? WHOLE : around + AROUND);
    return {
      file: path,
      source: source.name,
      ref: file.ref,
      total_lines: lines.length,
      line: around !== null && around <= lines.length ? around : null,
      lines: lines.slice(from - 1, to).map((text, index) => ({
        line: from + index,
        text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text,
      })),
      cut: from > 1 || to < lines.length ? `lines ${from} to ${to} of ${lines.length}` : null,
    };
  },
  facts(result, facts) {
    facts.file(result.file).count(result.total_lines, ["line"]).count(result.lines?.length, ["line"]).quote(result);
    for (const { line, text } of result.lines ?? []) facts.codeLine(result.file, line, text);
  },
});

/** The line of the first frame in `path` that the logs hold. */
function lineOfFrame(path: string, { ledger }: ToolContext): number | undefined {
  for (const call of ledger) {
    if (!call.ok || call.tool !== "fetch_logs") continue;
    for (const shape of (call.result as LogsResult).shapes) {
      const frame = shape.frames.find((f) => f.file === path);
      if (frame) return frame.line;
    }
  }
  return undefined;
}
