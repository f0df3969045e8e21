import { backoffMs, sleep } from "../../../lib/waiting/mod.ts";
import type { Listener, Listening } from "../integration.ts";
import { type NamedPerson } from "../people.ts";
import { callSlack, type SlackAccount } from "./client.ts";
import { heardIn } from "./heard.ts";

/** Whose answers are listened for, and with which token. */
export interface SlackListening extends SlackAccount {
  readonly people: readonly NamedPerson[];
  /** How long a connection is used before it is replaced, in milliseconds: one that died unseen is noticed by then. */
  readonly renewMs?: number;
}

const RENEW_MS = 600_000;
const BACKOFF = { firstMs: 1_000, longestMs: 60_000 };
/** After what another attempt does not change by itself, e.g. a wrong token. */
const REFUSED_PAUSE_MS = 300_000;
/** How long the other side's word that it closes, too, is waited for. */
const CLOSE_MS = 2_000;
const SHORT_MS = 5_000;
const STORE_PAUSE_MS = 250;
const STORE_TRIES = 30;
const LONGEST_FRAME = 1_000_000;

/** How a connection ended. */
type Ended = "renew" | "lost" | "disabled";

/**
 * Socket Mode: the agent opens the connection, so that Slack needs no way in. An envelope is acknowledged once what it
 * brought is stored; what is not acknowledged, Slack sends again.
 */
export function listenToSlack(options: SlackListening, { log, outgoing, random, hear }: Listening): Listener {
  const stopping = new AbortController();
  const { signal } = stopping;
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
      const pauseMs = await session();
      if (pauseMs > 0) await sleep(pauseMs, signal).catch(() => {});
    }
  }

  /** One connection from its opening to its end; returns how long to wait for the next one. */
  async function session(): Promise<number> {
    const answer = await callSlack("apps.connections.open", {}, { account: options, outgoing });
    if (signal.aborted) return 0;
    if (!answer.ok) {
      const { result } = answer;
      const refused = result.outcome !== "retryable";
      failed(result.reason, refused);
      const asked = result.outcome === "retryable" ? result.afterMs ?? 0 : REFUSED_PAUSE_MS;
      return Math.max(asked, backoffMs(failures, { ...BACKOFF, random }));
    }
    const url = String(answer.body.url ?? "");
    if (!isSlacks(url, options.baseUrl)) {
      failed("apps.connections.open named an address that is not Slack's", true);
      return REFUSED_PAUSE_MS;
    }
    const began = performance.now();
    const ended = await connected(url);
    // Whoever is told to come back at once, again and again, does it once a second.
    if (ended === "renew" || signal.aborted) return performance.now() - began < SHORT_MS ? BACKOFF.firstMs : 0;
    failed(
      ended === "disabled" ? "Socket Mode is switched off for this app" : "the connection broke off",
      ended === "disabled",
    );
    return ended === "disabled" ? REFUSED_PAUSE_MS : backoffMs(failures, { ...BACKOFF, random });
  }

  /** Says once that nothing is heard; what follows until it is heard again is no news. */
  function failed(reason: string, refused: boolean): void {
    failures++;
    if (told || !refused && failures < 3) return;
    told = true;
    log[refused ? "error" : "warn"]("Slack's answers are not received, retrying", { reason });
  }

  async function connected(url: string): Promise<Ended> {
    const socket = new WebSocket(url);
    const ended = Promise.withResolvers<Ended>();
    const working = new Set<Promise<void>>();
    const renew = setTimeout(() => ended.resolve("renew"), options.renewMs ?? RENEW_MS);
    const closed = Promise.withResolvers<void>();
    const stop = () => ended.resolve("renew");
    signal.addEventListener("abort", stop);
    socket.onerror = () => ended.resolve("lost");
    socket.onclose = () => {
      ended.resolve("lost");
      closed.resolve();
    };
    socket.onmessage = ({ data }) => {
      const frame = frameOf(data);
      if (frame?.type === "hello") {
        if (told) log.info("Slack's answers are received again");
        failures = 0;
        told = false;
      } else if (frame?.type === "disconnect") {
        ended.resolve(frame.reason === "link_disabled" ? "disabled" : "renew");
      } else if (typeof frame?.envelope_id === "string") {
        const task = take(frame, socket).finally(() => working.delete(task));
        working.add(task);
      }
    };
    const how = await ended.promise;
    clearTimeout(renew);
    signal.removeEventListener("abort", stop);
    await Promise.all(working);
    if (socket.readyState !== WebSocket.CLOSED) {
      try {
        socket.close();
      } catch {
        closed.resolve();
      }
      const waiting = new AbortController();
      await Promise.race([closed.promise, sleep(CLOSE_MS, waiting.signal).catch(() => {})]);
      waiting.abort();
    }
    return how;
  }

  async function take(frame: Frame, socket: WebSocket): Promise<void> {
    const heard = heardIn(frame, options.people);
    for (let tries = 1; heard !== undefined; tries++) {
      try {
        await hear(heard);
        break;
      } catch (error) {
        if (tries === STORE_TRIES || signal.aborted) {
          log.warn("a message from Slack could not be stored, Slack will send it again", { error });
          return;
        }
        await sleep(STORE_PAUSE_MS);
      }
    }
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ envelope_id: frame.envelope_id }));
  }
}

interface Frame {
  readonly type?: unknown;
  readonly reason?: unknown;
  readonly envelope_id?: unknown;
}

function frameOf(data: unknown): Frame | undefined {
  if (typeof data !== "string" || data.length > LONGEST_FRAME) return undefined;
  try {
    const frame = JSON.parse(data);
    return typeof frame === "object" && frame !== null ? frame : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an address is under Slack's domain, over TLS, or on the host that SLACK_BASE_URL names. */
function isSlacks(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const base = new URL(baseUrl);
  if (hostname === base.hostname) return protocol === (base.protocol === "https:" ? "wss:" : "ws:");
  return protocol === "wss:" && base.hostname === "slack.com" && hostname.endsWith(".slack.com");
}
