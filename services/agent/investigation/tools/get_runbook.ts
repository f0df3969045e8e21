import { parse } from "yaml";
import { matches } from "../catalogue/mod.ts";
import * as v from "valibot";
import { defineTool, parameters } from "./tool.ts";

/** What `get_runbook` answers. */
export interface RunbookResult {
  readonly file: string | null;
  readonly title: string | null;
  /** What to check by hand. */
  readonly check: readonly string[];
  /** Tools that have nothing to say about this alert. */
  readonly skip_tools: readonly string[];
  readonly text: string | null;
}

const frontMatterSchema = v.object({
  title: v.optional(v.string()),
  match: v.optional(v.union([
    v.record(v.string(), v.string()),
    v.array(v.record(v.string(), v.string())),
  ])),
  check: v.optional(v.array(v.string()), []),
  skip_tools: v.optional(v.array(v.string()), []),
});

const LONGEST = 6_000;

/** The runbook whose labels match the incident's alerts best. */
export const getRunbook = defineTool({
  name: "get_runbook",
  subject: "runbook",
  always: true,
  background: true,
  description: "The runbook for this alert: what to check by hand, which tools to skip.",
  schema: v.strictObject({}),
  parameters: parameters({}),
  timeoutMs: 2_000,
  outputLimit: 2_500,
  async run(_args, { situation, sources }): Promise<RunbookResult> {
    let best: { weight: number; result: RunbookResult } | undefined;
    for (const [file, text] of [...await sources.runbooks()].sort(([a], [b]) => a.localeCompare(b))) {
      const { front, body } = splitFrontMatter(text);
      const sets = front.match === undefined ? [] : Array.isArray(front.match) ? front.match : [front.match];
      for (const set of sets) {
        const weight = Object.keys(set).length;
        if (weight === 0 || weight <= (best?.weight ?? 0)) continue;
        if (!situation.alerts.some((alert) => matches(set, alert.labels))) continue;
        const title = front.title ?? /^#\s+(\S.*)$/m.exec(body)?.[1] ?? null;
        const cut = body.length > LONGEST ? `${body.slice(0, LONGEST)}…` : body;
        best = { weight, result: { file, title, check: front.check, skip_tools: front.skip_tools, text: cut } };
      }
    }
    return best?.result ?? { file: null, title: null, check: [], skip_tools: [], text: null };
  },
  facts(result, facts) {
    facts.file(result.file).said(result.title).said(result.text).quote(result);
    for (const step of result.check ?? []) facts.step(step);
  },
});

/** YAML between `---` lines at the head of a markdown text; none or bad YAML counts as nothing. */
export function splitFrontMatter(text: string): { front: v.InferOutput<typeof frontMatterSchema>; body: string } {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec(text);
  const nothing = { check: [], skip_tools: [] };
  if (!match) return { front: nothing, body: text };
  try {
    const parsed = v.safeParse(frontMatterSchema, parse(match[1]!) ?? {});
    return { front: parsed.success ? parsed.output : nothing, body: match[2]!.trim() };
  } catch {
    return { front: nothing, body: match[2]!.trim() };
  }
}
