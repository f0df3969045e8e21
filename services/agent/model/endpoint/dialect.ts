/** What an endpoint takes and what not, as far as it was found out; kept for the process. */
export interface Dialect {
  /** Between the base URL and `/chat/completions`. */
  readonly prefix: "" | "/v1";
  /** By what name the answer's length is limited. */
  readonly limit: "max_completion_tokens" | "max_tokens" | "none";
  /** Tokens that an answer gets at least: reasoning counts as well. */
  readonly leastTokens: number;
  /** Tokens that an answer may be asked to have at most. */
  readonly mostTokens: number;
  /** Characters that a request may have. */
  readonly longest: number;
  readonly system: "system" | "developer" | "user";
  /** Users and the assistant take turns: messages of one role in a row become one. */
  readonly turns: boolean;
  /** `content` of an assistant's message that only calls tools. */
  readonly noContent: null | "" | "Calling tools.";
  /** One call in each of the assistant's messages. */
  readonly singleCalls: boolean;
  /** The schemas of tools hold nothing but what every endpoint knows. */
  readonly plainSchemas: boolean;
  /** Tools are described in the first message, and calls are written as text. */
  readonly toolsAsText: boolean;
  readonly stream: boolean;
  /** The assistant's calls carry a mark in place of the signed thoughts of Google's models. */
  readonly thoughtSignatures: boolean;
  /** The assistant's messages carry an empty `reasoning_content`. */
  readonly reasoningContent: boolean;
  /** `reasoning_effort` is `none`: some models take tools only then. */
  readonly noReasoning: boolean;
  /** The key is sent as `api-key` as well. */
  readonly apiKeyHeader: boolean;
}

/** What is sent as long as nothing was refused: as little as possible. */
export const USUAL: Dialect = {
  prefix: "",
  limit: "max_completion_tokens",
  leastTokens: 0,
  mostTokens: Infinity,
  longest: Infinity,
  system: "system",
  turns: false,
  noContent: null,
  singleCalls: false,
  plainSchemas: false,
  toolsAsText: false,
  stream: false,
  thoughtSignatures: false,
  reasoningContent: false,
  noReasoning: false,
  apiKeyHeader: false,
};
