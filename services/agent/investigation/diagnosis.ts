import * as v from "valibot";
import type { Priority, Verdict } from "../incidents/mod.ts";

/** What a brain hands in; nothing of it is believed before it is checked. */
export interface Draft {
  readonly verdict: Verdict;
  readonly root_cause: string;
  readonly affected_file: string | null;
  readonly line_number: number | null;
  readonly suggested_fix: string;
  readonly priority: Priority;
  readonly next_steps: readonly string[];
  readonly claims: readonly { readonly text: string; readonly evidence: readonly string[] }[];
  readonly category?: string;
  readonly instances?: readonly string[];
  readonly routes?: readonly string[];
}

const text = (longest: number) =>
  v.pipe(v.string(), v.trim(), v.nonEmpty("expected some text"), v.transform((s) => s.slice(0, longest)));

/** Names by which models say "none". */
const NO_FILE = /^(|none|null|n\/a|unknown|not applicable|-)$/i;

/** Arguments of `send_diagnosis`. */
export const draftSchema = v.object({
  root_cause: text(4_000),
  affected_file: v.optional(
    v.pipe(
      v.nullable(v.string()),
      v.transform((file) => file === null || NO_FILE.test(file.trim()) ? null : file.trim()),
    ),
    null,
  ),
  line_number: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))), null),
  suggested_fix: text(4_000),
  priority: v.picklist(["low", "medium", "high", "critical"]),
  next_steps: v.pipe(v.array(text(500)), v.maxLength(20)),
  verdict: v.optional(v.picklist(["cause_found", "not_enough_evidence", "no_fault_found"]), "cause_found"),
  claims: v.optional(
    v.pipe(
      v.array(v.object({ text: text(1_000), evidence: v.pipe(v.array(v.string()), v.maxLength(20)) })),
      v.maxLength(40),
    ),
    [],
  ),
});

/** A draft from `send_diagnosis`' arguments; a file given as `file:line` is taken apart. */
export function toDraft(input: v.InferOutput<typeof draftSchema>): Draft {
  const placed = input.affected_file === null ? null : /^(.*?):(\d+)(?::\d+)?$/.exec(input.affected_file);
  return {
    ...input,
    affected_file: placed ? placed[1]! : input.affected_file,
    line_number: input.line_number || (placed ? Number(placed[2]) : null),
  };
}
