import { sleep } from "../../lib/waiting/mod.ts";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { type Lease, LeaseLost, newId, type Store, type Work } from "../incidents/mod.ts";
import type { Model } from "../model/mod.ts";
import { catalogueOf } from "./catalogue/mod.ts";
import { createOpenAiBrain } from "./brains/openai/openai.ts";
import { investigate, type InvestigateDeps } from "./investigate.ts";
import type { InvestigationOptions } from "./settings.ts";
import { Isolated } from "./isolated/isolated.ts";
import { sourcesOf } from "./isolated/sources_of.ts";

/** What investigations work with. */
export interface InvestigationDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  readonly settings: InvestigationOptions;
  readonly model: Model;
  /** Channels that get a diagnosis. */
  readonly notify: readonly string[];
  readonly now?: () => Date;
  readonly fetch?: typeof globalThis.fetch;
  /** Reads what others wrote in a thread of its own, which is ended when it takes too long. */
  readonly isolate?: boolean;
}

const LEASE_MS = 30_000;
/** How often the queue is polled without an event: an expired lease raises none. */
const POLL_MS = 5_000;
const AFTER_FAILURE_MS = 1_000;

/**
 * Takes investigations from the store's queue, a bounded number at once, until stopped.
 *
 * @throws {ConfigurationError} when the services' description has mistakes.
 */
export function startInvestigations(deps: InvestigationDeps): { stop(): Promise<void> } {
  const { store, log, settings, model, notify, now = () => new Date(), fetch = globalThis.fetch } = deps;
  const catalogue = catalogueOf(settings);
  const sources = sourcesOf(settings, { fetch, now, catalogue });
  const isolated = deps.isolate === true ? new Isolated({ settings, log }) : undefined;
  const chooseBrain = brainChooser(model);
  tellWhatIsSkipped(settings, { log, model });
  const metrics = createInvestigationMetrics(deps.registry);
  const owner = `agent-${newId()}`;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let wake = Promise.withResolvers<void>();
  const unsubscribe = store.subscribe(({ topic }) => {
    if (topic === "work") wake.resolve();
  });

  const one = async (claimed: { work: Work; lease: Lease }) => {
    const { work, lease } = claimed;
    const startedAt = performance.now();
    const ending = new AbortController();
    const signal = AbortSignal.any([stopping.signal, ending.signal]);
    const renewal = setInterval(() => {
      store.renew(lease, LEASE_MS).catch((error) => {
        if (error instanceof LeaseLost) ending.abort(error);
      });
    }, LEASE_MS / 3);
    metrics.running.inc();
    try {
      const outcome = await investigate(claimed, {
        store,
        log,
        catalogue,
        sources,
        limits: { steps: settings.investigationSteps, budgetMs: settings.investigationBudgetSec * 1000 },
        notify,
        now,
        signal,
        chooseBrain,
        ...(isolated === undefined ? {} : { makeCall: isolated.makeCall }),
        onCall: (call) => metrics.calls.inc({ tool: call.tool, outcome: call.ok ? "ok" : "failed" }),
      });
      if (outcome === undefined) return;
      const { diagnosis } = outcome;
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.seconds.observe(seconds);
      model.budget.incidentEnded(outcome.tokens);
      metrics.finished.inc({ verdict: diagnosis.verdict, brain: diagnosis.brain, degraded: `${diagnosis.degraded}` });
      log.info("diagnosis", {
        incident: work.incident_id,
        verdict: diagnosis.verdict,
        file: diagnosis.affected_file ?? undefined,
        line: diagnosis.line_number ?? undefined,
        brain: diagnosis.brain,
        ms: Math.round(seconds * 1000),
      });
    } catch (error) {
      // Another agent has it, or will have it after the restart.
      if (error instanceof LeaseLost || signal.aborted) return;
      log.error("investigation interrupted, will retry", { incident: work.incident_id, error });
      await sleep(AFTER_FAILURE_MS, stopping.signal).catch(() => {});
    } finally {
      metrics.running.dec();
      clearInterval(renewal);
    }
  };

  const take = async () => {
    await model.budget.restore().catch((error) => log.warn("cannot read earlier token usage", { error }));
    let away = false;
    while (!stopping.signal.aborted) {
      wake = Promise.withResolvers<void>();
      let claimed: { work: Work; lease: Lease } | undefined;
      try {
        claimed = running.size < settings.investigations ? await store.claimWork(owner, LEASE_MS) : undefined;
        away = false;
      } catch (error) {
        // Once: on a full disk, each line takes room.
        if (!away) log.error("cannot read the investigation queue, retrying", { error });
        away = true;
      }
      if (claimed !== undefined) {
        const work = one(claimed).finally(() => {
          running.delete(work);
          wake.resolve();
        });
        running.add(work);
      } else await Promise.race([wake.promise, sleep(POLL_MS, stopping.signal).catch(() => {})]);
    }
  };
  const taking = take();

  return {
    async stop() {
      unsubscribe();
      stopping.abort(new DOMException("the agent stops", "AbortError"));
      await taking;
      await Promise.allSettled(running);
      isolated?.stop();
    },
  };
}

/** Which brain an incident gets: the model where one is configured, may be used and is within its caps. */
function brainChooser(model: Model): InvestigateDeps["chooseBrain"] {
  return ({ incident }, tokensUsed) => {
    if (!model.configured || !model.asksAbout(incident.severity)) return {};
    if (model.budget.hourUsedUp) return { withoutModel: "the model's cap of tokens per hour is reached" };
    return { model: createOpenAiBrain({ model, meter: model.budget.meter(tokensUsed) }) };
  };
}

function tellWhatIsSkipped(
  settings: InvestigationOptions,
  { log, model }: { readonly log: Logger; readonly model: Model },
): void {
  if (settings.codeRoot === undefined && (settings.githubOwner === undefined || settings.githubRepo === undefined)) {
    log.info(
      "code is skipped: set CODE_ROOT, or GITHUB_OWNER and GITHUB_REPO (and GITHUB_TOKEN for a private repository), to enable it",
    );
  }
  if (!model.configured) {
    log.info("model is skipped, the built-in rules decide: set OPENAI_API_KEY, or OPENAI_BASE_URL, to enable it");
  }
}

function createInvestigationMetrics(registry: Registry) {
  const registers = [registry];
  return {
    running: new Gauge({ name: "oncall_agent_investigations_running", help: "Running investigations.", registers }),
    finished: new Counter({
      name: "oncall_agent_investigations_total",
      help: "Investigations that ended with a diagnosis.",
      labelNames: ["verdict", "brain", "degraded"],
      registers,
    }),
    seconds: new Histogram({
      name: "oncall_agent_investigation_seconds",
      help: "Time from the start of an investigation to its stored diagnosis, in seconds.",
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
      registers,
    }),
    calls: new Counter({
      name: "oncall_agent_tool_calls_total",
      help: "Tool calls of investigations.",
      labelNames: ["tool", "outcome"],
      registers,
    }),
  };
}
