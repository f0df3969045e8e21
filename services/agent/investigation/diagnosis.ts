import * as v from "valibot";
import type { Priority, Verdict } from "../incidents/mod.ts";

/** A brain's draft; nothing in it is trusted before the check. */
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
  /** How directly what was read states the cause, 0 to 1, where rules over objects know it. */
  readonly certainty?: number;
  readonly instances?: readonly string[];
  readonly routes?: readonly string[];
  readonly at_fault?: AtFault;
}

/** Who is at fault, where that is not simply the service whose alert fired. */
export interface AtFault {
  /** A service that config/oncall.yaml describes or declares; null for something outside. */
  readonly service: string | null;
  /** The other side's address or name, where a call to it failed. */
  readonly peer: string | null;
  /** From the symptom to the cause. */
  readonly path?: readonly Hop[];
  /** Services that only suffer. */
  readonly victims?: readonly string[];
}

/** One service on the way from a symptom to its cause. */
export interface Hop {
  readonly service: string;
  /** What was seen there. */
  readonly text: string;
  readonly evidence: readonly string[];
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
  line_number: v.optional(v.nullable(v.union([v.pipe(v.number(), v.integer()), v.string()])), null),
  suggested_fix: text(4_000),
  priority: v.picklist(["low", "medium", "high", "critical"]),
  next_steps: v.pipe(v.array(text(500)), v.maxLength(20)),
  verdict: v.optional(v.picklist(["cause_found", "not_enough_evidence", "no_fault_found"]), "cause_found"),
  claims: v.optional(
    v.pipe(
      v.array(v.union([
        v.object({ text: text(1_000), evidence: v.optional(v.pipe(v.array(v.string()), v.maxLength(20)), []) }),
        v.pipe(text(1_000), v.transform((text) => ({ text, evidence: [...text.match(/\bE\d{1,6}\b/g) ?? []] }))),
      ])),
      v.maxLength(40),
    ),
    [],
  ),
});

/** A path and a line behind it, as people and models write them: `a.ts:42:7`, `a.ts#L42`, `a.ts, line 42`. */
const PLACE = /^(.{1,400}?)(?::|#L|[\s,(]{1,3}lines?\s{0,2})(\d{1,9})(?:[:–-]L?\d{1,9})?\)?$/i;
const LINE = /^\s*(?:l|lines?)?[\s:#]{0,3}(\d{1,9})(?:\s{0,2}[:–-]\s{0,2}\d{1,9})?\s*$/i;

/** A draft from `send_diagnosis`' arguments; a line that stands behind the file is taken from there. */
export function toDraft(input: v.InferOutput<typeof draftSchema>): Draft {
  const file = input.affected_file?.split("\n", 1).join("").replace(/^[\s`"'(]+|(?<![\s`"')])[\s`"')]+$/g, "") ?? null;
  const placed = file === null ? null : PLACE.exec(file);
  const line = typeof input.line_number === "string" ? Number(LINE.exec(input.line_number)?.[1]) : input.line_number;
  return {
    ...input,
    affected_file: (placed ? placed[1]! : file)?.replace(/^\.\//, "") ?? null,
    line_number: line !== null && line > 0 ? line : placed ? Number(placed[2]) : null,
    claims: input.claims.map((claim) => ({ ...claim, evidence: idsIn(claim.evidence) })),
  };
}

/** Ids of the ledger in texts such as `E1, E2` or `E3 (fetch_logs)`; the texts as they are where there is none. */
function idsIn(evidence: readonly string[]): readonly string[] {
  const ids = evidence.flatMap((text) => text.match(/\bE\d{1,6}\b/g) ?? []);
  return ids.length > 0 ? [...new Set(ids)].slice(0, 20) : evidence;
}
