import * as v from "valibot";

const text = v.pipe(v.string("expected text"), v.trim(), v.nonEmpty("expected some text"), v.maxLength(2_000));

/** One change as it is sent to `POST /changes`. */
export const changeSchema = v.object({
  /** A service of `config/oncall.yaml`; `*` is all of them. */
  service: text,
  text: text,
  /** RFC 3339; default: when it arrived. */
  at: v.optional(
    v.pipe(v.string(), v.check((at) => Number.isFinite(Date.parse(at)), "expected a time like 2026-11-28T15:00:00Z")),
  ),
  /** What kind of change, e.g. deployment, configuration, feature_flag, migration. */
  kind: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,40}$/, "expected a word in small letters")),
    "deployment",
  ),
  version: v.optional(text),
  author: v.optional(text),
  url: v.optional(v.pipe(v.string(), v.url("expected a URL"))),
});

/** A change that was told of. */
export interface ToldChange {
  readonly service: string;
  readonly at: string;
  readonly kind: string;
  readonly text: string;
}

const MOST = 1_000;

/** The file, one JSON object a line, of a run directory. */
export function changesFileOf(runDir: string): string {
  return `${runDir}/changes.jsonl`;
}

/** Adds changes to the file; of very many the newest are kept. */
export function addChanges(file: string, changes: readonly ToldChange[]): void {
  const all = [...readChanges(file), ...changes];
  const lines = (list: readonly ToldChange[]) => list.map((one) => `${JSON.stringify(one)}\n`).join("");
  if (all.length <= MOST) return Deno.writeTextFileSync(file, lines(changes), { append: true, mode: 0o600 });
  const next = `${file}.new`;
  Deno.writeTextFileSync(next, lines(all.slice(-MOST)), { mode: 0o600 });
  Deno.renameSync(next, file);
}

/** The changes of the file, oldest first; lines that are none are left out. */
export function readChanges(file: string): ToldChange[] {
  let content: string;
  try {
    content = Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return content.split("\n").flatMap((line) => {
    try {
      const one = JSON.parse(line) as ToldChange;
      return typeof one.service === "string" && typeof one.at === "string" && typeof one.text === "string" ? [one] : [];
    } catch {
      return [];
    }
  });
}
