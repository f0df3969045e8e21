/** A tool as chat completions take it. */
export interface FunctionTool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description: string;
    /** JSON Schema of its arguments. */
    readonly parameters: Record<string, unknown>;
  };
}

/** A message of the conversation so far. */
export type ModelMessage =
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user"; readonly content: string }
  | { readonly role: "assistant"; readonly calls: readonly MadeCall[] }
  | { readonly role: "tool"; readonly id: string; readonly content: string };

/** A call in a message of the assistant. */
export interface MadeCall {
  /** Letters and digits, nine of them: some endpoints take nothing else. */
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a model is asked. */
export interface ModelRequest {
  /** The conversation with its data cut to about `share` (0 to 1) of their usual length. */
  readonly messages: (share: number) => readonly ModelMessage[];
  readonly tools: readonly FunctionTool[];
  /** Tokens that the answer may have. */
  readonly mostTokens: number;
}

/** A call that the model asks for. */
export interface AskedCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Why it cannot be carried out as asked, e.g. arguments that are not JSON. */
  readonly problem?: string;
}

/** What it answered. */
export interface ModelAnswer {
  /** What it says beside its calls, without its reasoning. */
  readonly text: string;
  readonly calls: readonly AskedCall[];
  readonly tokens: number;
}
