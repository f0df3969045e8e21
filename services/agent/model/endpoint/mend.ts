import type { ModelRequest } from "../request.ts";
import { tokensFor } from "./body.ts";
import type { Dialect } from "./dialect.ts";
import { namesNoModel, type Refusal } from "./failure.ts";

/** A request that was refused. */
export interface Refused {
  readonly refusal: Refusal;
  readonly dialect: Dialect;
  readonly request: ModelRequest;
  /** How long it was. */
  readonly characters: number;
  /** What the endpoint says, with the parameter's name and the codes. */
  readonly words: string;
}

const REFUSED =
  /unsupported|not support|n't support|only support|unrecogni[sz]ed|unknown|unexpected|extra (input|field|param)|not (permitted|allowed|enabled|available|valid|recogni[sz]ed)|forbidden|invalid|deprecated|cannot find|does not accept|remove/i;
const CONTEXT =
  /context[ _]?(length|window|size)|context_length|maximum context|too many (input )?tokens|(prompt|input|request|messages?)\b.{0,40}\btoo (long|large)|exceed\w*\b.{0,60}\b(tokens|context|length)|reduce the length|input (token|length)|exceed_context/i;
const NO_TOOLS =
  /(tools?|functions?|tool[ _]?(use|calls?|calling|choice)|function[ _]?calling)\b.{0,80}\b(not supported|unsupported|not (enabled|available|permitted|allowed)|requires?|is not)|(not support|n't support|without support for|no support for|no endpoints found that support)\b.{0,60}\b(tools?|functions?|tool|function)/i;

/** Each knows one kind of refusal, and what to change so that the request is taken; the first that fits counts. */
const RULES: readonly ((refused: Refused) => Partial<Dialect> | undefined)[] = [
  address,
  apiKeyHeader,
  context,
  answerLength,
  stream,
  reasoning,
  schemas,
  roles,
  emptyContent,
  tools,
];

/** The dialect in which the endpoint may take the request; undefined where nothing is known that would help. */
export function mend(refused: Omit<Refused, "words">): Dialect | undefined {
  const { said, status, received } = refused.refusal;
  if (status === 402 || (status === 429 && !/too large|reduce/i.test(said.message))) return undefined;
  const words = `${said.param} ${said.code} ${said.type} ${said.message || received.text}`.slice(0, 4_000);
  for (const rule of RULES) {
    const change = rule({ ...refused, words });
    if (change === undefined) continue;
    const dialect = { ...refused.dialect, ...change };
    if (JSON.stringify(dialect) !== JSON.stringify(refused.dialect)) return dialect;
  }
  return undefined;
}

/** A base URL without its `/v1`: the address answers 404, or with a web page. */
function address({ refusal, dialect }: Refused): Partial<Dialect> | undefined {
  const { status } = refusal;
  if ((status !== 404 && status !== 405) || dialect.prefix !== "" || namesNoModel(refusal)) return undefined;
  return { prefix: "/v1" };
}

function apiKeyHeader({ refusal: { status }, dialect, words }: Refused): Partial<Dialect> | undefined {
  if (status !== 401 || dialect.apiKeyHeader || !/subscription key|api-key/i.test(words)) return undefined;
  return { apiKeyHeader: true };
}

/** The request is longer than the model's context: half of the data, and a shorter answer where that is much of it. */
function context({ refusal: { status }, dialect, request, characters, words }: Refused): Partial<Dialect> | undefined {
  if (status !== 413 && !CONTEXT.test(words) && !(status === 429 && /too large/i.test(words))) return undefined;
  if (
    /max_(completion_)?tokens/i.test(words) && atMost(words, tokensFor(request, dialect)) && !/context/i.test(words)
  ) {
    return undefined;
  }
  const limit = numbersIn(words).find((number) => number >= 1_000);
  const tokens = tokensFor(request, dialect);
  const shorter = limit !== undefined && tokens > limit / 4 ? { mostTokens: Math.max(300, Math.floor(limit / 4)) } : {};
  if (characters < 4_000 && !("mostTokens" in shorter)) return undefined;
  return { longest: Math.floor(characters / 2), ...shorter };
}

/** The name or the size of the limit of an answer. */
function answerLength({ dialect, request, words }: Refused): Partial<Dialect> | undefined {
  const tokens = tokensFor(request, dialect);
  if (/could not finish|output limit was reached|higher max_tokens/i.test(words)) {
    return { leastTokens: raised(tokens) };
  }
  if (!/max_(completion_|output_|new_)?tokens|completion tokens|output tokens/i.test(words)) return undefined;
  const most = atMost(words, tokens);
  if (most !== undefined) return { mostTokens: most };
  if (dialect.limit === "none" || !REFUSED.test(words)) return undefined;
  // Which of the two it wants: the refused one may stand beside the one to use.
  return { limit: dialect.limit === "max_completion_tokens" ? "max_tokens" : "none" };
}

/** The largest number of tokens that a refusal allows, if it is less than what was asked for. */
function atMost(words: string, asked: number): number | undefined {
  if (!/too (large|big|high|many)|at most|maximum|less than or equal|must be|<=|≤|> ?\d|range|exceed/i.test(words)) {
    return undefined;
  }
  const less = numbersIn(words).filter((number) => number >= 64 && number < asked);
  return less.length === 0 ? undefined : Math.max(...less);
}

function numbersIn(words: string): number[] {
  return [...words.matchAll(/\d[\d,_]{0,12}/g)].map(([number]) => Number(number.replaceAll(/[,_]/g, "")))
    .filter(Number.isFinite);
}

/** Tokens for an answer whose reasoning used up all that it had. */
export function raised(tokens: number): number {
  return Math.max(4_000, tokens * 4);
}

function stream({ dialect, words }: Refused): Partial<Dialect> | undefined {
  if (dialect.stream || !/\bstream/i.test(words)) return undefined;
  return /only|must|required?|true|enable/i.test(words) ? { stream: true } : undefined;
}

/** What models that reason want to have back, or left out. */
function reasoning({ words }: Refused): Partial<Dialect> | undefined {
  if (/thought_?signature/i.test(words)) return { thoughtSignatures: true };
  if (/reasoning_content/i.test(words)) return { reasoningContent: true };
  if (/reasoning_effort/i.test(words) && /none/i.test(words)) return { noReasoning: true };
  return undefined;
}

function schemas({ dialect, words }: Refused): Partial<Dialect> | undefined {
  const known = /additionalProperties|\$schema|schema|\b(minimum|maximum|default)\b.{0,40}(tools|parameters|function)/i;
  return !dialect.plainSchemas && known.test(words) ? { plainSchemas: true } : undefined;
}

/** Who may say what, and in which order. */
function roles({ dialect, words }: Refused): Partial<Dialect> | undefined {
  if (/single tool.?call|one tool.?call|multiple tool.?calls/i.test(words)) return { singleCalls: true };
  const order =
    /alternat|consecutive|same role|after role|after (a )?tool|must (start|begin|end)|expected last role|role order/i;
  if (order.test(words) && !dialect.turns) return { turns: true };
  if (/\btool\b/i.test(words) && /\brole/i.test(words) && REFUSED.test(words) && !/system/i.test(words)) {
    return { toolsAsText: true };
  }
  const named = /\bsystem\b|\bdeveloper\b/i.test(words) && /role|message|instruction|prompt/i.test(words);
  if (!named || !(REFUSED.test(words) || /instead/i.test(words)) || dialect.system === "user") return undefined;
  return { system: dialect.system === "system" && /\bdeveloper\b/i.test(words) ? "developer" : "user" };
}

function emptyContent({ dialect, words }: Refused): Partial<Dialect> | undefined {
  if (!/content/i.test(words) || !/null|none|missing|required|empty|string|must have/i.test(words)) return undefined;
  if (dialect.noContent === null) return { noContent: "" };
  return dialect.noContent === "" ? { noContent: "Calling tools." } : undefined;
}

function tools({ refusal: { said }, dialect, words }: Refused): Partial<Dialect> | undefined {
  const named = /^(body\.)?(tools|functions|tool_choice)\b/.test(said.param);
  return !dialect.toolsAsText && (named || NO_TOOLS.test(words)) ? { toolsAsText: true } : undefined;
}
