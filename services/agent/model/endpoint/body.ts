import type { FunctionTool, ModelMessage, ModelRequest } from "../request.ts";
import type { Dialect } from "./dialect.ts";
import { type SentMessage, toSent } from "./messages.ts";

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
