import { backoffMs, sleep } from "../../../lib/waiting/mod.ts";
import type { Listener, Listening } from "../integration.ts";
import type { NamedPerson } from "../people.ts";
import { callTelegram, type TelegramBot } from "./client.ts";
import { heardIn } from "./heard.ts";

const POLL_S = 25;
const POLL_TIMEOUT_MS = 40_000;
const BACKOFF = { firstMs: 1_000, longestMs: 60_000 };
/** After what another attempt does not change by itself, e.g. a wrong token. */
const REFUSED_PAUSE_MS = 300_000;

/**
 * Asks for what people wrote, and waits for it, so that Telegram needs no way in. An update is confirmed, by asking for the next one,
 * after it is stored; what was not confirmed, Telegram gives again.
 */
export function listenToTelegram(
  { people, ...bot }: TelegramBot & { readonly people: readonly NamedPerson[] },
  { log, outgoing, random, hear }: Listening,
): Listener {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stoppable = ((input: RequestInfo | URL, init?: RequestInit) => {
    const signals = init?.signal == null ? [signal] : [init.signal, signal];
    return outgoing.fetch(input, { ...init, signal: AbortSignal.any(signals) });
  }) as typeof fetch;
  const polling = { ...outgoing, fetch: stoppable, timeoutMs: POLL_TIMEOUT_MS };
  let offset: number | undefined;
  let failures = 0;
  let told = false;
  const done = run();

  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await poll();
      if (pauseMs > 0) await sleep(pauseMs, signal).catch(() => {});
    }
  }

  /** Takes in what there is; returns how long to wait until the next time. */
  async function poll(): Promise<number> {
    const query = {
      timeout: POLL_S,
      allowed_updates: ["message", "callback_query"],
      ...(offset === undefined ? {} : { offset }),
    };
    const answer = await callTelegram("getUpdates", query, { bot, outgoing: polling });
    if (signal.aborted) return 0;
    if (!answer.ok) {
      const { failed } = answer;
      failures++;
      if (!told && (failed.outcome !== "retryable" || failures >= 3)) {
        told = true;
        log.warn("Telegram's answers are not received, retrying", { reason: failed.reason });
      }
      // Another program that asks for the same messages may end soon.
      if (failed.outcome !== "retryable") return answer.status === 409 ? BACKOFF.longestMs : REFUSED_PAUSE_MS;
      return Math.max(failed.afterMs ?? 0, backoffMs(failures, { ...BACKOFF, random }));
    }
    if (told) log.info("Telegram's answers are received again");
    failures = 0;
    told = false;
    const updates = Array.isArray(answer.result) ? answer.result as { update_id?: unknown }[] : [];
    for (const update of updates) {
      try {
        await take(update);
      } catch (error) {
        log.warn("a message from Telegram could not be stored, asking for it again", { error });
        return BACKOFF.firstMs;
      }
      if (typeof update.update_id === "number") offset = update.update_id + 1;
    }
    return 0;
  }

  async function take(update: unknown): Promise<void> {
    const heard = heardIn(update, people);
    if (heard === undefined) return;
    const { pressed, ...message } = heard;
    const outcome = await hear(message);
    if (pressed === undefined) return;
    const text = outcome === "stranger" ? "You may give no orders here." : "Received.";
    await callTelegram("answerCallbackQuery", { callback_query_id: pressed, text }, { bot, outgoing });
  }
}
