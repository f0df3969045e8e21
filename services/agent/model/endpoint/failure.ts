import { parseJson } from "../../../lib/http/mod.ts";
import { ModelError } from "../error.ts";
import type { Received } from "./transport.ts";
import { waitMs } from "./wait.ts";
import { quoted, type Said, saidBy } from "./words.ts";

/** An answer that is an error, with the status that it has or would deserve. */
export interface Refusal {
  readonly status: number;
  readonly said: Said;
  readonly received: Received;
}

const DEFAULT_WAIT_MS = 1_000;
const NO_CREDIT =
  /insufficient[_ ](quota|credit|balance|funds)|exceeded your current quota|credit balance|billing|out of credits|payment required/i;
const NO_MODEL =
  /model\b.{0,120}\b(not found|does not exist|not exist|unknown|not available|not supported|no access)|(unknown|invalid|no such|unsupported) model|model_not_found|DeploymentNotFound|deployment\b.{0,80}does not exist|pulling it first|not a valid model/i;
const FILTERED =
  /content[_ ]?(filter|policy|management)|ResponsibleAI|safety (system|filter|setting)|moderation|flagged/i;
const OVERLOADED =
  /overloaded|over capacity|at capacity|loading model|model is (currently )?loading|try again later|temporarily/i;
const RATE_LIMITED = /rate.?limit|too many requests|RESOURCE_EXHAUSTED|throttl/i;

/** The error in an answer, also where it comes with a status of 200; undefined where there is none. */
export function refusalOf(received: Received): Refusal | undefined {
  const { status, text } = received;
  if (status < 200 || status > 299) return { status, said: saidBy(text), received };
  const start = text.slice(0, 2_000).trimStart();
  if (/^<(!doctype|html|head|body)/i.test(start)) return { status: 404, said: saidBy(text), received };
  const body = errorBody(text);
  if (body === undefined) return undefined;
  const said = saidBy(body);
  return { status: statusOf(said), said, received };
}

/** The JSON of an error that came with a status of 200: as the whole answer, in a choice, or as an event of a stream. */
function errorBody(text: string): string | undefined {
  const start = text.trimStart();
  const candidates = start.startsWith("{") || start.startsWith("[")
    ? [text]
    : start.split("\n").filter((line) => line.startsWith("data:") && line.includes('"error"')).map((line) =>
      line.slice(5)
    );
  for (const candidate of candidates) {
    let body: Record<string, unknown>;
    try {
      const parsed = parseJson(candidate);
      body = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
    } catch {
      continue;
    }
    if (body === null || typeof body !== "object") continue;
    const { error, object, choices, message, detail, output, content } = body;
    const first = Array.isArray(choices) ? choices[0] as Record<string, unknown> | undefined : undefined;
    if (first?.error && !first.message) return JSON.stringify(first.error);
    if (first !== undefined || output !== undefined || Array.isArray(content)) continue;
    if (error) return JSON.stringify({ error });
    if (object === "error" || detail !== undefined) return candidate;
    if (typeof message === "string") return candidate;
  }
  return undefined;
}

function statusOf({ code, type, message }: Said): number {
  const number = Number(code);
  if (number >= 400 && number <= 599) return number;
  const words = `${code} ${type} ${message}`;
  if (/unexpected endpoint|not_found|no route/i.test(words)) return 404;
  if (/auth|api[_ ]key|unauthori[sz]ed|permission/i.test(`${code} ${type}`)) return 401;
  if (RATE_LIMITED.test(words) || NO_CREDIT.test(words)) return 429;
  if (OVERLOADED.test(words) || /server_error|internal|unavailable/i.test(`${code} ${type}`)) return 503;
  return 400;
}

/** Whether the endpoint knows its address but no such model. */
export function namesNoModel({ said }: Refusal): boolean {
  return NO_MODEL.test(`${said.code} ${said.type} ${said.message}`);
}

/** What a refusal means, in the endpoint's own words. */
export function toModelError(
  refusal: Refusal,
  { apiKey, model, now }: { readonly apiKey: string | undefined; readonly model: string; readonly now: number },
): ModelError {
  const { status, said, received } = refusal;
  const words = `${said.code} ${said.type} ${said.message}`;
  const own = quoted(said.message || said.code || said.type, apiKey);
  const told = own === "" ? `${status}` : `${status}: ${own}`;
  const wait = waitMs(received.headers, { text: received.text, now }) ?? DEFAULT_WAIT_MS;
  if (status === 402 || ((status === 429 || status === 403) && NO_CREDIT.test(words))) {
    return new ModelError("rate_limited", `the model's endpoint has no credit left for this key (${told})`);
  }
  if (FILTERED.test(words) && status !== 429) {
    return new ModelError("refused", `the model's endpoint filtered the request (${told})`);
  }
  if (status === 401 || status === 403) {
    return new ModelError("refused", `the model's endpoint refused the key (${told}); check OPENAI_API_KEY`);
  }
  if (status === 429) {
    return new ModelError("rate_limited", `the model's endpoint got too many requests (${told})`, {
      retryAfterMs: wait,
    });
  }
  if (status >= 500 || status === 408 || status === 425) {
    return new ModelError("unavailable", `the model's endpoint answered ${told}`, { retryAfterMs: wait });
  }
  if (namesNoModel(refusal)) {
    return new ModelError(
      "refused",
      `the model's endpoint does not have the model ${JSON.stringify(model)} (${told}); check OPENAI_MODEL`,
    );
  }
  if (status === 404 || status === 405) {
    return new ModelError(
      "refused",
      `the model's endpoint does not answer chat completions at this address (${told}); check OPENAI_BASE_URL`,
    );
  }
  return new ModelError("refused", `the model's endpoint refused the request (${told})`);
}
