import type { Level, LevelHabit } from "../levels.ts";
import type { TimeContext } from "../times/mod.ts";

/** What lines of one source are read with. */
export interface LineContext extends TimeContext {
  /** Docker's lines in this text end with their line break, so that one without goes on. */
  readonly terminated?: boolean;
  /** What is known of the levels of this source's lines. */
  readonly habit?: LevelHabit;
}

/** Where the program wrote an entry, as the entry itself tells. */
export interface Caller {
  readonly file: string;
  readonly line: number;
  readonly function: string | null;
}

/** The beginning of an entry. */
export interface Head {
  /** Milliseconds; null when the line does not tell. */
  readonly at: number | null;
  /** Whether the line names the time's zone. */
  readonly zoned?: boolean;
  readonly level: Level | null;
  /** The line without its time; of structured entries the message, the exception and its stack, each line of its own. */
  readonly message: string;
  /** What the program said behind time and level, with its indentation: tells a line of a trace that was given a prefix. */
  readonly body: string;
  readonly pid?: number | undefined;
  readonly caller?: Caller | undefined;
  /** HTTP status that the entry tells of. */
  readonly status?: number | undefined;
  /** Fields told all of it: what follows is none of it. */
  readonly structured?: boolean;
}

/** Reads the beginning of an entry in one form; null for lines of another. */
export type Reader = (line: string, context: LineContext) => Head | null;
