import type { ChatCompletion, ChatCompletionMessageParam } from "openai/resources/chat/completions";

/** A tool as chat completions take it. */
export interface FunctionTool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Record<string, unknown>;
  };
}

/** What a model is asked. */
export interface ModelRequest {
  readonly messages: readonly ChatCompletionMessageParam[];
  readonly tools: readonly FunctionTool[];
  /** Tokens that the answer may have. */
  readonly mostTokens: number;
}

/** What it answered. */
export interface ModelAnswer {
  readonly completion: ChatCompletion;
  readonly tokens: number;
}
