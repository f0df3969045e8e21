import { type Context, Hono } from "hono";
import { Access, fetchWithToken, refuseOpenAddress } from "../lib/access/mod.ts";
import type { Values } from "../lib/configuration/mod.ts";
import { ownersFolder } from "../lib/database/mod.ts";
import { type Running, serve } from "../lib/lifecycle/mod.ts";
import { createMetrics, type Logger, silentLogger } from "../lib/telemetry/mod.ts";
import { accountRoutes, Accounts, oidcOf } from "./accounts/mod.ts";
import { EventStreams, storeMetrics } from "./api/mod.ts";
import { createApp } from "./app.ts";
import { changesFileOf, webhookTokens, withAddresses, withCredentials } from "./connections/mod.ts";
import { consoleRoutes, Guard, Lab } from "./console/mod.ts";
import {
  createChannels,
  type OnCall,
  orderChannels,
  startDelivery,
  startListening,
  stormGate,
  tellsPeople,
} from "./delivery/mod.ts";
import { doctorRoutes } from "./doctor/mod.ts";
import { openStore, type OutboxEntry, startRetention, storeFile } from "./incidents/mod.ts";
import { changesRoutes, Heartbeat, intakeRoutes, Reconciliation } from "./intake/mod.ts";
import {
  catalogueOf,
  createStoppedTraffic,
  graphRoutes,
  investigationRoutes,
  startInvestigations,
} from "./investigation/mod.ts";
import { createModel } from "./model/mod.ts";
import { createOperator, limitsOf, questionChannel } from "./operator/mod.ts";
import { onCallRoutes, pagingChannel, peopleOf } from "./paging/mod.ts";
import type { settings } from "./settings.ts";
import { startBackups, startStoreWatch } from "./upkeep/mod.ts";

/** Validated settings of the agent. */
export type AgentOptions = Values<typeof settings>;

/** The world as the agent sees it; tests pass their own. */
export interface AgentDeps {
  readonly log?: Logger;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => Date;
  readonly random?: () => number;
  /** Reads what others wrote in a thread of its own, which has no `fetch` and no `now` but the real ones. */
  readonly isolate?: boolean;
}

/** Starts the agent; what an earlier one left unfinished goes on. @throws {ConfigurationError} */
export async function start(given: AgentOptions, deps: AgentDeps = {}): Promise<Running> {
  const { connections } = catalogueOf(given);
  const options = withAddresses(given, connections);
  const { log = silentLogger, now = () => new Date(), random = Math.random } = deps;
  refuseOpenAddress({
    hostname: options.host,
    variable: "AGENT_HOST",
    tokens: { CONSOLE_TOKEN: options.consoleToken ?? options.token, ALERT_TOKEN: options.alertToken },
  });
  const fetch = fetchWithToken(withCredentials(deps.fetch ?? globalThis.fetch, connections), {
    token: options.token,
    urls: [options.pmUrl, options.lbUrl],
  });
  const access = new Access({
    hostname: options.host,
    allowedHosts: options.allowedHosts,
    urls: [options.publicUrl, options.consoleUrl],
    tokens: [options.consoleToken, options.token],
  });
  const registry = createMetrics();
  let app: Hono | undefined;
  const ready = Promise.withResolvers<void>();
  // First of all the port: who has it is the clearest sign that another agent runs.
  const server = await serve(
    async (request, info) => {
      if (app === undefined) await ready.promise;
      return app!.fetch(request, info);
    },
    { hostname: options.host, port: options.port },
  );
  const undo: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    ownersFolder(options.runDir);
    const store = await openStore(options.storeUrl ?? `sqlite:${options.runDir}/oncall.db`, {
      now,
      monotonicMs: () => performance.now(),
      random,
      report: (text) => log.error(text),
    });
    undo.push(() => store.close());
    const retention = startRetention({
      store,
      log,
      registry,
      now,
      keepMs: options.retentionDays * 86_400_000,
      maxBytes: options.storeMaxMb * 1_000_000,
    });
    undo.push(() => retention.stop());
    const backups = startBackups({
      path: storeFile(options.storeUrl ?? `sqlite:${options.runDir}/oncall.db`),
      folder: `${options.runDir}/backups`,
      everyMs: options.backupEveryHours * 3_600_000,
      keep: options.backupKeep,
      days: options.backupDays,
      log,
      registry,
      now,
    });
    undo.push(() => backups.stop());
    const events = new EventStreams(store);
    storeMetrics({ store, registry, log });
    const policy = { messages: options.stormMessages, windowMs: options.stormWindowSec * 1_000 };
    const people = peopleOf(options);
    const onCall: OnCall = (channel, view, at) =>
      view === undefined ? undefined : people?.toldFirst(view, new Date(at), [channel])?.contact.to;
    const recall = (name: string) => store.transact((tx) => tx.setting(name));
    const ways = createChannels(options, { log, ticketFields: catalogueOf(options).jira, onCall, fetch, now, recall });
    const tellers = ways.filter((way) => way.news).map((way) => ({
      name: way.name,
      tell: (row: OutboxEntry, text: string) => way.send({ row, view: undefined, text }, () => Promise.resolve()),
    }));
    const storeWatch = await startStoreWatch({ store, log, registry, people: tellers, now });
    undo.push(() => storeWatch.stop());
    const channels = ways
      .map((channel) => channel.rationed === true ? stormGate(channel, { store, policy, now }) : channel);
    const model = createModel(options, { store, registry, now, fetch });
    if (model.configured) {
      channels.push(questionChannel({ store, log, registry, now, model, limits: limitsOf(options) }));
    }
    if (people !== undefined) channels.push(pagingChannel({ people, now, channels: () => ways }));
    const pages = people !== undefined;
    const pagers = channels.filter(tellsPeople).map(({ name }) => name);
    const notify = channels.filter((channel) => channel.news).map((channel) => channel.name);
    const heartbeat = await Heartbeat.start({
      store,
      log,
      registry,
      notify,
      now,
      timeoutMs: options.heartbeatTimeoutSec * 1_000,
    });
    undo.push(() => heartbeat.stop());
    const reconciliation = new Reconciliation({
      store,
      log,
      registry,
      alertmanagerUrl: options.alertmanagerUrl,
      everyMs: options.reconcileEverySec * 1_000,
      watchdogAlert: options.watchdogAlert,
      heartbeat: () => heartbeat.state,
      notify,
      pages,
      refireWindowMs: options.refireWindowSec * 1_000,
      senders: catalogueOf(options),
      fetch,
      now,
      random,
    });
    reconciliation.start();
    reconciliation.startFirst();
    undo.push(() => reconciliation.stop());
    const noRequestsSince = createStoppedTraffic({
      catalogue: catalogueOf(options),
      promUrl: options.promUrl,
      fetch,
      now,
    });
    const delivery = startDelivery({ store, log, registry, channels, now, random, noRequestsSince });
    undo.push(() => delivery.stop());
    const common = { store, log, registry, settings: options, notify, pages, now };
    const investigations = startInvestigations({ ...common, model, fetch, isolate: deps.isolate === true });
    undo.push(() => investigations.stop());
    const accounts = new Accounts({ store, now });
    await accounts.list().catch(() => []);
    const oidc = oidcOf(options, { now, fetch });
    const guard = new Guard({ token: options.consoleToken, systemToken: options.token, access, accounts, now });
    const identityOf = (c: Context) => guard.identityOf(c) ?? { name: "api", role: "see" } as const;
    const lab = options.consoleLab
      ? new Lab({ managerUrl: options.pmUrl, balancerUrl: options.lbUrl, fetch })
      : undefined;
    undo.push(() => lab?.stop());
    const report = (error: Error) => log.error("request failed", { error });
    const catalogue = catalogueOf(options);
    const operator = createOperator({ ...common, orderChannels, model: model.configured, accounts, identityOf });
    const answers = startListening(options, { log, hear: operator.hear, fetch, now, random });
    undo.push(() => answers.stop());
    app = createApp({
      store,
      catalogue,
      registry,
      events,
      access,
      guard,
      rooms: [
        changesRoutes({
          log,
          access,
          alertToken: options.alertToken,
          tokens: webhookTokens(connections),
          services: catalogue.services.map(({ name }) => name),
          file: changesFileOf(options.runDir),
          now,
        }),
        intakeRoutes({ ...common, access, heartbeat, senders: catalogue }),
        operator.routes,
        answers.routes,
        accountRoutes({ accounts, store, identityOf }),
        onCallRoutes({ people, now }),
        investigationRoutes({ store, log, settings: options, model }),
        doctorRoutes({ store, settings: options, heartbeat, pagers, fetch, now }),
        graphRoutes({ settings: options, fetch, now }),
        consoleRoutes({
          ...common,
          guard,
          accounts,
          oidc,
          lab,
          report,
          fetch,
          catalogue,
          heartbeat: () => heartbeat.state,
          listeners: () => events.size,
        }),
      ],
      health: async () => {
        const health = await storeWatch.health();
        const counts = await store.counts().catch(() => ({}));
        return { channels: notify, heartbeat: heartbeat.state, ...counts, ok: health.writable, store: health };
      },
      report,
    });
    undo.push(async () => {
      events.close();
      await server.stop();
    });
    ready.resolve();
    log.info("listening", { url: `http://${options.host}:${server.addr.port}` });
    let stopped: Promise<void> | undefined;
    return { addr: server.addr, stop: () => stopped ??= stop() };
  } catch (error) {
    await stop();
    app = new Hono();
    ready.resolve();
    await server.stop();
    throw error;
  }
}
