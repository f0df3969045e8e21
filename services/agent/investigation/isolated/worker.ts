import { takeRedaction } from "../../incidents/mod.ts";
import type { Logger, LogLevel } from "../../../lib/telemetry/mod.ts";
import { installGuard, withCredentials } from "../../connections/mod.ts";
import { catalogueOf } from "../catalogue/mod.ts";
import { guardOf } from "../egress.ts";
import { execute } from "../execute.ts";
import type { Sources } from "../sources/mod.ts";
import { tools } from "../tools/mod.ts";
import type { FromReader, Job, ToReader } from "./protocol.ts";
import { sourcesOf } from "./sources_of.ts";

// The thread that reads what others wrote: it has sources of its own and no store.
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToReader>) => void;
  postMessage(message: FromReader): void;
};
const running = new Map<number, AbortController>();
let sources: Sources | undefined;

scope.onmessage = ({ data }) => {
  if (data.say === "begin") {
    takeRedaction(data.redaction);
    const catalogue = catalogueOf(data.settings);
    installGuard(guardOf(data.settings, { report: (host, why) => log.warn("a host was not reached", { host, why }) }));
    const fetch = withCredentials(globalThis.fetch, catalogue.connections);
    sources = sourcesOf(data.settings, { fetch, now: () => new Date(), catalogue });
    scope.postMessage({ say: "ready" });
  } else if (data.say === "ping") scope.postMessage({ say: "pong" });
  else if (data.say === "cancel") running.get(data.id)?.abort(new DOMException("no longer wanted", "AbortError"));
  else run(data.id, data.job);
};

async function run(id: number, job: Job): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const { slot, situation, ledger, remainingMs } = job;
  try {
    const tool = tools.get(job.tool);
    if (tool === undefined || sources === undefined) throw new Error(`no tool ${job.tool}`);
    const call = await execute({ tool, arguments: job.arguments }, slot, {
      situation,
      ledger,
      sources: sources.of(situation.service, situation.alerts),
      store: { similar: notHere, view: notHere },
      now: () => new Date(),
      signal: controller.signal,
      log,
      remainingMs,
    });
    scope.postMessage({ say: "done", id, call });
  } catch (error) {
    scope.postMessage({ say: "failed", id, message: error instanceof Error ? error.message : String(error) });
  } finally {
    running.delete(id);
  }
}

const at = (level: LogLevel): Logger["info"] => (text, fields = {}) =>
  scope.postMessage({ say: "log", level, text, fields });
const log: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };

function notHere(): Promise<never> {
  return Promise.reject(new Error("the store is read by the other thread"));
}
