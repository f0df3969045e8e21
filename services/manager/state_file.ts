import * as v from "valibot";
import { problemsOf } from "../lib/http/mod.ts";
import { replaceFile } from "./atomic_file.ts";

const instance = v.object({
  port: v.number(),
  service: v.string(),
  /** `null`: between two processes, or one was about to be started. */
  pid: v.nullable(v.number()),
  started_at: v.nullable(v.string()),
  restarts: v.number(),
  draining: v.boolean(),
});

const event = v.object({
  at: v.string(),
  kind: v.string(),
  text: v.string(),
  service: v.optional(v.string()),
  port: v.optional(v.number()),
});

const state = v.object({ instances: v.array(instance), events: v.array(event) });

/** One instance as the next manager needs to know it. */
export type InstanceRecord = v.InferOutput<typeof instance>;

/** What a manager leaves behind for the next one. */
export type ManagerState = v.InferOutput<typeof state>;

/** The state file of a manager, read after a kill. */
export class StateFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * What the last manager left; nothing when there was none.
   *
   * @throws {Error} when the file is there and cannot be understood.
   */
  read(): ManagerState {
    let text: string;
    try {
      text = Deno.readTextFileSync(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { instances: [], events: [] };
      throw error;
    }
    const parsed = v.safeParse(state, JSON.parse(text));
    if (!parsed.success) throw new Error(problemsOf(parsed.issues));
    return parsed.output;
  }

  write(content: ManagerState): void {
    replaceFile(this.#path, JSON.stringify(content) + "\n");
  }
}
