import type { RedactionState, ToolCall } from "../../incidents/mod.ts";
import type { LogFields, LogLevel } from "../../../lib/telemetry/mod.ts";
import type { Slot } from "../execute.ts";
import type { InvestigationOptions } from "../settings.ts";
import type { Situation } from "../tools/mod.ts";

/** A call of a tool, as the other thread needs it. */
export interface Job {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly slot: Slot;
  readonly situation: Situation;
  readonly ledger: readonly ToolCall[];
  readonly remainingMs: number;
}

/** What the thread that takes alerts says to the one that reads. */
export type ToReader =
  | { readonly say: "begin"; readonly settings: InvestigationOptions; readonly redaction: RedactionState }
  | { readonly say: "run"; readonly id: number; readonly job: Job }
  /** Whether it still listens. */
  | { readonly say: "ping" }
  | { readonly say: "cancel"; readonly id: number };

/** What the thread that reads answers. */
export type FromReader =
  | { readonly say: "ready" }
  | { readonly say: "pong" }
  | { readonly say: "done"; readonly id: number; readonly call: ToolCall }
  | { readonly say: "failed"; readonly id: number; readonly message: string }
  | { readonly say: "log"; readonly level: LogLevel; readonly text: string; readonly fields: LogFields };
