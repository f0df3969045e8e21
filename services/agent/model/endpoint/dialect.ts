import type { FunctionTool, ModelMessage, ModelRequest } from "../request.ts";
import { type SentMessage, toSent } from "./messages.ts";

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

/** The body of a request. */
export interface Body {
  readonly model: string;
  readonly messages: readonly SentMessage[];
  readonly tools?: readonly FunctionTool[];
  readonly stream?: true;
  readonly reasoning_effort?: "none";
  readonly max_completion_tokens?: number;
  readonly max_tokens?: number;
}

/** Shares of the data that a request holds, the first that is short enough. */
const SHARES = [1, 0.5, 0.25, 0.12, 0.06, 0.03];

/** The request in the endpoint's dialect, and how long it is in characters. */
export function bodyOf(
  request: ModelRequest,
  { dialect, model }: { readonly dialect: Dialect; readonly model: string },
): { readonly body: Body; readonly characters: number } {
  const tools = dialect.plainSchemas ? request.tools.map(plainTool) : request.tools;
  const make = (messages: readonly ModelMessage[]): Body => ({
    model,
    messages: toSent(messages, { dialect, tools: request.tools }),
    ...(dialect.toolsAsText ? {} : { tools }),
    ...(dialect.stream ? { stream: true as const } : {}),
    ...(dialect.noReasoning ? { reasoning_effort: "none" as const } : {}),
    ...(dialect.limit === "none" ? {} : { [dialect.limit]: tokensFor(request, dialect) }),
  });
  for (const share of SHARES) {
    const body = make(request.messages(share));
    const characters = JSON.stringify(body).length;
    if (characters <= dialect.longest || share === SHARES.at(-1)) return { body, characters };
  }
  throw new TypeError("unreachable");
}

/** Tokens that the answer may have. */
export function tokensFor(request: ModelRequest, { leastTokens, mostTokens }: Dialect): number {
  return Math.min(Math.max(request.mostTokens, leastTokens), mostTokens);
}

const PLAIN = new Set(["type", "properties", "required", "items", "enum", "description"]);

function plainTool({ type, function: { name, description, parameters } }: FunctionTool): FunctionTool {
  return { type, function: { name, description, parameters: plain(parameters) as Record<string, unknown> } };
}

function plain(schema: unknown): unknown {
  if (schema === null || typeof schema !== "object" || Array.isArray(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => PLAIN.has(key)).map(([key, value]) => {
      if (key !== "properties") return [key, key === "items" ? plain(value) : value];
      return [key, Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, plain(one)]))];
    }),
  );
}
