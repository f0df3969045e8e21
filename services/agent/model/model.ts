import type { Registry } from "prom-client";
import type { Store } from "../incidents/mod.ts";
import { type Answered, readAnswer } from "./answer/answer.ts";
import { Budget, type TokenMeter, type TokensUsed } from "./budget.ts";
import { bodyOf, tokensFor } from "./endpoint/body.ts";
import { type Dialect, USUAL } from "./endpoint/dialect.ts";
import { refusalOf, toModelError } from "./endpoint/failure.ts";
import { mend, raised } from "./endpoint/mend.ts";
import { createTransport, type Received } from "./endpoint/transport.ts";
import { ModelError } from "./error.ts";
import type { ModelAnswer, ModelRequest } from "./request.ts";
import { hasModel, type ModelValues } from "./settings.ts";

/** What the model works with. */
export interface ModelDeps {
  readonly store: Pick<Store, "transact">;
  readonly registry: Registry;
  readonly now: () => Date;
  readonly fetch: typeof globalThis.fetch;
}

/** The agent's only way to a model. */
export interface Model {
  /** Whether there is one to ask. */
  readonly configured: boolean;
  readonly name: string;
  readonly budget: Budget;
  /** Whether it may be asked about incidents of this severity. */
  asksAbout(severity: string): boolean;
  /**
   * Its answer: text, calls, or both. What the endpoint does not take is left out or sent in another form, and that is
   * remembered for the process.
   *
   * @throws {ModelError} when it has no usable answer, or may not be asked.
   */
  ask(request: ModelRequest, options: AskOptions): Promise<ModelAnswer>;
}

export interface AskOptions {
  readonly meter: TokenMeter;
  readonly signal?: AbortSignal | undefined;
}

/** Characters per token, on the careful side. */
const CHARACTERS = 3.2;
/** Requests in other forms that one question may lead to. */
const MOST_REPAIRS = 6;

/** A model behind any OpenAI-compatible chat completions endpoint. */
export function createModel(settings: ModelValues, deps: ModelDeps): Model {
  return new EndpointModel(settings, deps);
}

class EndpointModel implements Model {
  readonly configured: boolean;
  readonly name: string;
  readonly budget: Budget;
  readonly #settings: ModelValues;
  readonly #deps: ModelDeps;
  readonly #post: ReturnType<typeof createTransport>;
  /** The endpoint's dialect, as far as known. */
  #dialect: Dialect = USUAL;

  constructor(settings: ModelValues, deps: ModelDeps) {
    this.configured = hasModel(settings);
    this.name = settings.openaiModel;
    this.budget = new Budget(
      { perIncident: settings.openaiTokensPerIncident, perHour: settings.openaiTokensPerHour },
      deps,
    );
    this.#settings = settings;
    this.#deps = deps;
    this.#post = createTransport({
      apiKey: settings.openaiApiKey,
      baseUrl: settings.openaiBaseUrl,
      timeoutMs: settings.openaiTimeoutSec * 1_000,
      fetch: deps.fetch,
    });
  }

  asksAbout(severity: string): boolean {
    const { openaiSeverities: severities } = this.#settings;
    return severities.length === 0 || severities.includes(severity);
  }

  async ask(request: ModelRequest, { meter, signal }: AskOptions): Promise<ModelAnswer> {
    let dialect = this.#dialect;
    let first: { readonly error: ModelError; readonly noAddress: boolean } | undefined;
    let used = 0;
    for (let repairs = 0;; repairs++) {
      const { body, characters } = bodyOf(request, { dialect, model: this.name });
      const estimate = Math.ceil(characters / CHARACTERS);
      meter.ask(estimate);
      const received = await this.#send(dialect, body as unknown as Record<string, unknown>, { meter, signal });
      const refusal = refusalOf(received);
      if (refusal !== undefined) {
        meter.used({ prompt: 0, completion: 0 }, "refused");
        const error = toModelError(refusal, {
          apiKey: this.#settings.openaiApiKey,
          model: this.name,
          now: this.#deps.now().getTime(),
        });
        const mended = repairs < MOST_REPAIRS ? mend({ refusal, dialect, request, characters }) : undefined;
        // What the endpoint said first is what a person has to mend, unless it was only not found at that address.
        const noAddress = refusal.status === 404 || refusal.status === 405;
        if (first === undefined || (first.noAddress && !noAddress)) first = { error, noAddress };
        if (mended === undefined) throw error.retryAfterMs === undefined ? first.error : error;
        dialect = mended;
        continue;
      }
      const answered = readAnswer(received.text, request.tools);
      const tokens = answered?.usage ?? tokensOf(received, { answered, estimate });
      meter.used(tokens, answered === undefined ? "malformed" : "answered");
      if (answered === undefined) throw notACompletion(received);
      used += tokens.prompt + tokens.completion;
      this.#dialect = dialect;
      const most = tokensFor(request, dialect);
      if (wasCutOff(answered, { most, completion: tokens.completion })) {
        if (dialect.leastTokens > 0 || repairs >= MOST_REPAIRS) throw cutOff(most);
        dialect = { ...dialect, leastTokens: raised(most) };
        continue;
      }
      return { ...usable(answered), tokens: used };
    }
  }

  async #send(dialect: Dialect, body: Record<string, unknown>, { meter, signal }: AskOptions): Promise<Received> {
    const { openaiApiKey } = this.#settings;
    try {
      return await this.#post({
        path: `${dialect.prefix}/chat/completions`,
        body,
        headers: dialect.apiKeyHeader && openaiApiKey !== undefined ? { "api-key": openaiApiKey } : {},
        signal,
      });
    } catch (error) {
      meter.used({ prompt: 0, completion: 0 }, error instanceof ModelError ? error.kind : "failed");
      throw error;
    }
  }
}

/** Whether the answer ended before it said anything: reasoning may have used all tokens that it had. */
function wasCutOff(
  { finish, text, calls }: Answered,
  { most, completion }: { readonly most: number; readonly completion: number },
): boolean {
  const cut = /length|max_tokens|max_output/.test(finish) || completion >= most;
  if (!cut) return false;
  return calls.length === 0
    ? text === "" || /length|max/.test(finish)
    : calls.some((call) => call.problem !== undefined);
}

function cutOff(most: number): ModelError {
  return new ModelError(
    "malformed",
    `the model's answer was cut off: ${most} tokens were not enough for its reasoning and its answer`,
  );
}

function usable({ text, calls, finish, refusal }: Answered): Omit<ModelAnswer, "tokens"> {
  if (calls.length === 0) {
    if (refusal !== "") throw new ModelError("refused", "the model refused");
    if (/filter|safety|blocked|prohibited|recitation/.test(finish)) {
      throw new ModelError("refused", "the model's answer was filtered");
    }
    if (text === "") throw new ModelError("empty", "the model's answer was empty", { retryAfterMs: 0 });
  }
  return { text, calls };
}

function notACompletion({ text }: Received): ModelError {
  const what = text.trim() === "" ? "nothing" : "something that is not a completion";
  return new ModelError("malformed", `the model's endpoint answered with ${what}`, { retryAfterMs: 0 });
}

/** An estimate, for endpoints that do not say. */
function tokensOf(
  { text }: Received,
  { answered, estimate }: { readonly answered: Answered | undefined; readonly estimate: number },
): TokensUsed {
  if (answered === undefined) return { prompt: 0, completion: 0 };
  return { prompt: estimate, completion: Math.ceil(Math.min(text.length, 100_000) / CHARACTERS) };
}
