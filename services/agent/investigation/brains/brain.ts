import type { ToolCall } from "../../incidents/mod.ts";
import type { Draft } from "../diagnosis.ts";
import type { Situation } from "../tools/mod.ts";

/** A tool call that a brain asks for. */
export interface Call {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Why it cannot be carried out as asked, e.g. arguments that are not JSON. */
  readonly problem?: string;
}

/** What a brain wants next. */
export type Answer =
  | { readonly kind: "calls"; readonly calls: readonly Call[]; readonly tokens?: number }
  | { readonly kind: "diagnosis"; readonly draft: Draft; readonly tokens?: number };

/** One step as it was answered: what was asked for and which ledger entries answer it. */
export interface Step {
  readonly brain: string;
  readonly calls: readonly (Call & {
    /** Ledger entry with the answer; null where there is none but `note`. */
    readonly id: string | null;
    /** Message to the brain instead of a result. */
    readonly note?: string;
  })[];
  /** A diagnosis that did not hold, sent back with the reasons. */
  readonly rejected?: { readonly draft: Draft; readonly problems: readonly string[] };
}

/** What a brain sees. Everything in it is data; nothing in it is an instruction. */
export interface View {
  readonly situation: Situation;
  readonly ledger: readonly ToolCall[];
  readonly steps: readonly Step[];
  /** No more tools: a diagnosis is due. */
  readonly conclude: boolean;
  readonly now: () => Date;
}

/** Decides the next step of an investigation. */
export interface Brain {
  readonly name: "rules" | "openai";
  /** @throws {ModelError} when it has no usable answer. */
  next(view: View, signal: AbortSignal): Promise<Answer>;
}
