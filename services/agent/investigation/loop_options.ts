import type { Diagnosis, Store, ToolCall } from "../incidents/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Brain, Step } from "./brains/brain.ts";
import type { Draft } from "./diagnosis.ts";
import type { Prepared, Slot } from "./execute.ts";
import type { Sources } from "./sources/mod.ts";
import type { Situation, ToolContext } from "./tools/mod.ts";

/** How long an investigation may take. */
export interface Limits {
  readonly steps: number;
  readonly budgetMs: number;
}

/** What happened in one step, as it is kept for a restart. */
export interface StepRecord {
  readonly brain: string;
  readonly calls?: Step["calls"];
  readonly rejected?: NonNullable<Step["rejected"]>;
  readonly draft?: Draft;
  /** From here on the rules decide, and why. */
  readonly degraded?: string;
  readonly tokens?: number;
}

/** Where an investigation is kept while it runs. */
export interface Recorder {
  /** A finished call. */
  call(entry: ToolCall): Promise<void>;
  /** What was decided in a step, before it is carried out. */
  step(step: number, record: StepRecord): Promise<void>;
}

/** What the loop works with. */
export interface LoopOptions {
  readonly situation: Situation;
  /** Finished calls of this episode. */
  readonly ledger: readonly ToolCall[];
  /** Entries of earlier episodes, whose ids are taken. */
  readonly takenIds?: readonly string[];
  /** Steps that were decided before a restart. */
  readonly records: ReadonlyMap<number, StepRecord>;
  readonly recorder: Recorder;
  /** Decides when there is one and it works; the rules do otherwise. */
  readonly model?: Brain | undefined;
  /** Why a configured model is not used here; shown in the diagnosis. */
  readonly withoutModel?: string | undefined;
  readonly limits: Limits;
  readonly sources: Sources;
  readonly store: Pick<Store, "similar" | "view">;
  readonly log: Logger;
  readonly now: () => Date;
  /** Ends everything at once: the agent stops, or the lease is lost. */
  readonly signal: AbortSignal;
  /** How a call is made; a replay looks it up instead. */
  readonly makeCall?: MakeCall | undefined;
}

/** Makes a call within its time limit; a failure is a result, too. */
export type MakeCall = (
  prepared: Prepared,
  slot: Slot,
  context: ToolContext & { readonly log: Logger; readonly remainingMs: number },
) => Promise<ToolCall>;

/** What an investigation ended with. */
export interface Outcome {
  readonly diagnosis: Diagnosis;
  readonly tokens: number;
  readonly steps: number;
}
