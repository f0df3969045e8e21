import type { Level } from "../levels.ts";
import type { LineContext } from "../readers/mod.ts";

/** What a collector put around a line of a program. */
export interface Wrapped {
  /** The program's own line. */
  readonly inner: string;
  readonly at: number | null;
  readonly level?: Level | null;
  /** What tells this program's lines from another's in the same log: container, process, output. */
  readonly stream: string;
  readonly pid?: number | undefined;
  /** The line goes on in the next one of its stream. */
  readonly partial?: boolean;
}

/** Takes off what one collector puts around lines; null for other lines. */
export type Unwrap = (line: string, context: LineContext) => Wrapped | null;
