import { redactionState, type ToolCall } from "../../incidents/mod.ts";
import type { Logger } from "../../../lib/telemetry/mod.ts";
import { execute, ledgerEntry, type Prepared, type Slot } from "../execute.ts";
import type { MakeCall } from "../loop_options.ts";
import type { InvestigationOptions } from "../settings.ts";
import type { FromReader, Job } from "./protocol.ts";
import { Reader } from "./reader.ts";

/** What reading apart needs. */
export interface IsolatedOptions {
  readonly settings: InvestigationOptions;
  readonly log: Logger;
  /** How long the thread may not answer before it is ended, in milliseconds. */
  readonly blockedMs?: number;
}

interface Waiting {
  readonly id: number;
  readonly job: Job;
  readonly prepared: Prepared;
  readonly slot: Slot;
  readonly startedAt: string;
  readonly now: () => Date;
  readonly done: (call: ToolCall) => void;
  readonly fail: (reason: unknown) => void;
}

const BLOCKED_MS = 8_000;

/**
 * Makes the calls that read what others wrote (logs, metrics, code, traces) in a thread of its own, which is there before
 * it is needed. When a text or an operator's pattern keeps it from answering, it is ended and each call that it had is
 * made once more by itself; one that blocks again has failed. Meanwhile alerts are taken in as ever.
 */
export class Isolated {
  readonly #options: IsolatedOptions;
  readonly #blockedMs: number;
  readonly #alone = new Set<Reader>();
  #shared: { readonly reader: Reader; readonly waiting: Map<number, Waiting> } | undefined;
  #isReady = false;
  #count = 0;

  constructor(options: IsolatedOptions) {
    this.#options = options;
    this.#blockedMs = options.blockedMs ?? BLOCKED_MS;
    this.#shared = this.#open();
  }

  /** Makes a call. */
  readonly makeCall: MakeCall = async (prepared, slot, context) => {
    if (prepared.tool.ownStore === true || this.#shared === undefined) return await execute(prepared, slot, context);
    const { situation, ledger, remainingMs, now, signal } = context;
    signal.throwIfAborted();
    const { promise, resolve: done, reject: fail } = Promise.withResolvers<ToolCall>();
    const id = ++this.#count;
    const job = { tool: prepared.tool.name, arguments: prepared.arguments, slot, situation, ledger, remainingMs };
    const startedAt = now().toISOString();
    this.#run(this.#shared, { id, job, prepared, slot, startedAt, now, done, fail });
    const cancel = () => {
      this.#shared?.reader.say({ say: "cancel", id });
      fail(signal.reason);
    };
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };

  stop(): void {
    this.#shared?.reader.end();
    this.#shared = undefined;
    for (const reader of this.#alone) reader.end();
    this.#alone.clear();
  }

  #open(): { readonly reader: Reader; readonly waiting: Map<number, Waiting> } {
    const waiting = new Map<number, Waiting>();
    const reader: Reader = new Reader(this.#readerOptions(), {
      message: (message) => {
        if (message.say === "ready") this.#isReady = true;
        this.#answer(message, waiting);
        reader.watch(waiting.size > 0);
      },
      lost: (reason, message) => {
        if (this.#shared?.reader !== reader) return;
        const tools = [...waiting.values()].map(({ job }) => job.tool).join(",");
        this.#options.log.warn("reading was ended", { reason, tools, message });
        // One that never began would not begin the next time.
        this.#shared = this.#isReady ? this.#open() : undefined;
        for (const one of waiting.values()) this.#again(one);
        waiting.clear();
      },
    });
    return { reader, waiting };
  }

  #run(
    { reader, waiting }: { readonly reader: Reader; readonly waiting: Map<number, Waiting> },
    one: Waiting,
  ): void {
    waiting.set(one.id, one);
    reader.say({ say: "run", id: one.id, job: one.job });
    reader.watch(true);
  }

  /** Makes a call by itself, so that no other pays for what it reads. */
  #again(one: Waiting): void {
    const waiting = new Map<number, Waiting>();
    const end = () => {
      reader.end();
      this.#alone.delete(reader);
    };
    const reader: Reader = new Reader(this.#readerOptions(), {
      message: (message) => {
        this.#answer(message, waiting);
        if (waiting.size === 0) end();
      },
      lost: (reason) => {
        end();
        one.done(this.#ended(one, reason));
      },
    });
    this.#alone.add(reader);
    this.#run({ reader, waiting }, one);
  }

  #answer(message: FromReader, waiting: Map<number, Waiting>): void {
    if (message.say === "log") this.#options.log[message.level](message.text, message.fields);
    if (message.say !== "done" && message.say !== "failed") return;
    const one = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.say === "done") one?.done(message.call);
    else one?.fail(new Error(message.message));
  }

  /** The entry of a call whose thread had to be ended. */
  #ended({ prepared, slot, startedAt, now }: Waiting, reason: "blocked" | "failed"): ToolCall {
    const { name } = prepared.tool;
    const message = reason === "blocked"
      ? `${name} was ended: what it read kept it busy for ${this.#blockedMs / 1_000} s; look for a pattern in ` +
        "config/oncall.yaml (logs.entry, logs.errors, code.frames) that takes very long on a line of it"
      : `${name} was ended by an error of its thread; the agent's log has the reason`;
    const result = { error: reason === "blocked" ? "timeout" : "internal", message };
    return ledgerEntry(prepared, slot, { startedAt, endedAt: now().toISOString(), ok: false, result });
  }

  #readerOptions() {
    return { settings: this.#options.settings, redaction: redactionState(), blockedMs: this.#blockedMs };
  }
}
