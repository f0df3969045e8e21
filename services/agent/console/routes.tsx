/** @jsxImportSource hono/jsx */
import { type Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import { getCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Registry } from "prom-client";
import { VERSION } from "../../lib/configuration/mod.ts";
import { ApiError } from "../../lib/http/mod.ts";
import { toldCause } from "../../lib/incident/mod.ts";
import { postmortem } from "../../lib/postmortem/mod.ts";
import type { Accounts, Oidc } from "../accounts/mod.ts";
import { alertTitle } from "../delivery/mod.ts";
import { type IncidentSummary, type Store, StoreUnavailable } from "../incidents/mod.ts";
import { type Catalogue, createPrometheus } from "../investigation/mod.ts";
import { assetRoutes } from "./assets.ts";
import { Charts } from "./data/series.ts";
import { AlertStates } from "./data/alert_states.ts";
import { axisOf } from "./data/axis.ts";
import { samplesOf } from "./data/metrics.ts";
import { SystemWatch } from "./data/system.ts";
import { type Guard, SESSION_COOKIE } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import { AgentPage } from "./pages/agent.tsx";
import type { Lab } from "./lab.ts";
import { IncidentPage } from "./pages/incident.tsx";
import { Incidents, type ListQuery } from "./pages/incidents.tsx";
import { LabPage } from "./pages/lab.tsx";
import { blindness, Overview, RANGES } from "./pages/overview.tsx";
import { Problem } from "./pages/small.tsx";
import { isOpen } from "./parts/common.tsx";
import { document, type Frame } from "./parts/layout.tsx";
import { accountPages } from "./account_pages.tsx";
import { nextPath, Sessions } from "./session.ts";
import { signInRoutes } from "./sign_in.tsx";

/** What the console shows, and whom it asks. */
export interface ConsoleDeps {
  readonly store: Store;
  readonly registry: Registry;
  readonly guard: Guard;
  readonly accounts: Accounts;
  /** Signs people in by another system, where one is configured. */
  readonly oidc: Oidc | undefined;
  readonly catalogue: Catalogue;
  readonly settings: {
    readonly promUrl: string;
    readonly lbUrl: string;
    readonly pmUrl: string;
    readonly alertmanagerUrl: string;
    readonly openaiApiKey: string | undefined;
    readonly openaiModel: string;
    readonly openaiTokensPerIncident: number;
    readonly openaiTokensPerHour: number;
  };
  /** Where it is enabled. */
  readonly lab: Lab | undefined;
  readonly notify: readonly string[];
  readonly heartbeat: () => { readonly last_at: string | null; readonly lost_at: string | null };
  /** How many listen to the events. */
  readonly listeners: () => number;
  readonly report: (error: Error) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => Date;
}

/** How long an open page waits for other parts before it is shown without their data, in milliseconds. */
const PATIENCE_MS = 150;

/** Whether it is the script of an open page that asks, for what has changed. */
function isLook(c: Context): boolean {
  return c.req.header("sec-fetch-dest") === "empty";
}

/** A page that a person has just asked for is painted at once: what is missing follows when it looks again. */
function patienceMs(c: Context): number {
  return c.req.header("sec-fetch-dest") === "document" ? 0 : PATIENCE_MS;
}

const MOST_OPEN = 12;
const PAGE_LENGTH = 50;
const OPEN_STATES = ["open", "investigating", "diagnosed"] as const;
const STATES: readonly string[] = [...OPEN_STATES, "resolved"];

/** The console's pages, and the data that they ask for. */
export function consoleRoutes(deps: ConsoleDeps): Hono {
  const { store, guard, settings, catalogue, fetch = globalThis.fetch, now = () => new Date() } = deps;
  const prometheus = createPrometheus(settings.promUrl, { fetch });
  const charts = new Charts({ catalogue, prometheus, nowMs: () => now().getTime() });
  const states = new AlertStates(prometheus);
  const system = new SystemWatch({
    catalogue,
    prometheus,
    fetch,
    now,
    urls: {
      prometheus: settings.promUrl,
      balancer: settings.lbUrl,
      manager: settings.pmUrl,
      alertmanager: settings.alertmanagerUrl,
    },
  });
  const sessions = new Sessions({ guard, accounts: deps.accounts, nowMs: () => now().getTime() });
  const startedAt = now();

  const canSignIn = () => guard.canSignIn || deps.oidc !== undefined;
  const writesOf = (c: Context) => {
    if (guard.mayWrite(c)) return "yes";
    return canSignIn() && guard.identityOf(c)?.account === undefined ? "sign-in" : "no";
  };

  type Own = Pick<Frame, "title" | "section"> & Partial<Frame>;
  const show = (c: Context, frame: Own, content: Child, status: ContentfulStatusCode = 200) => {
    const writes = writesOf(c);
    return c.html(
      document({
        now: now(),
        open: 0,
        follows: "",
        every: 0,
        styled: !isLook(c),
        lab: deps.lab !== undefined,
        writes,
        session: guard.identityOf(c) !== undefined && getCookie(c, SESSION_COOKIE) !== undefined,
        who: guard.identityOf(c)?.account?.name,
        path: c.req.path,
        ...frame,
      }, content),
      status,
    );
  };
  const openCount = async () => {
    const { incidents } = await store.counts();
    return OPEN_STATES.reduce((sum, state) => sum + (incidents[state] ?? 0), 0);
  };
  const missing = (c: Context, text: string) =>
    show(c, { title: "Not found", section: "none" }, <Problem title="Not found" text={text} />, 404);

  const app = new Hono();
  app.use(securityHeaders);
  app.route("/", assetRoutes());
  app.use(async (c, next) => {
    await guard.identify(c);
    const isPage = c.req.method === "GET" && !isLook(c) && !c.req.path.startsWith("/console/chart") && canSignIn();
    if (/^\/console\/(sign-|oidc\b)/.test(c.req.path) || guard.mayRead(c)) return await next();
    if (isPage) return c.redirect(`/console/sign-in?next=${encodeURIComponent(nextPath(c.req.path))}`, 303);
    guard.checkRead(c);
  });

  app.get("/", async (c) => {
    const asked = Number(c.req.query("minutes") ?? 15);
    const minutes = RANGES.some(([value]) => value === asked) ? asked : 15;
    const [seen, fault, open, resolved, counts] = await Promise.all([
      system.look(patienceMs(c)),
      store.fault(),
      openIncidents(store),
      store.list({ limit: 5, state: "resolved" }),
      store.counts(),
    ]);
    const total = OPEN_STATES.reduce((sum, state) => sum + (counts.incidents[state] ?? 0), 0);
    const agent = { working: counts.work.running, heartbeatLost: deps.heartbeat().lost_at !== null };
    const blind = blindness(seen, agent);
    return show(
      c,
      {
        title: fault !== undefined
          ? "Nothing is stored"
          : total > 0
          ? `${total} open`
          : blind.length > 0
          ? "Monitoring is down"
          : "No open incidents",
        section: "overview",
        open: total,
        follows: "all",
        // What was not seen in time is worth another look soon.
        every: seen === undefined ? 1 : 5,
        news: total === 0 ? ["No open incident", ...blind].join("; ") : `Open: ${open.map(sentence).join("; ")}`,
      },
      <Overview
        now={now()}
        system={seen}
        open={open}
        fault={fault}
        more={Math.max(0, total - open.length)}
        resolved={resolved.incidents}
        agent={agent}
        channels={deps.notify}
        minutes={minutes}
      />,
    );
  });

  app.get("/incidents", async (c) => {
    const query = listQuery(c);
    const [page, counts] = await Promise.all([
      store.list({ limit: PAGE_LENGTH, order: "open_first", ...definedOnly(query) }),
      store.counts(),
    ]);
    const { incidents, next } = page;
    const known = new Set([...catalogue.services.map(({ name }) => name), ...incidents.map(({ service }) => service)]);
    const open = OPEN_STATES.reduce((sum, state) => sum + (counts.incidents[state] ?? 0), 0);
    return show(
      c,
      {
        title: "Incidents",
        section: "incidents",
        open,
        // Older pages stay as they are: what is new is on the first.
        follows: query.cursor === undefined ? "all" : "",
        every: 0,
        news: `${incidents.length}${next === null ? "" : " or more"} incidents listed`,
      },
      <Incidents
        now={now()}
        query={query}
        incidents={incidents}
        next={next}
        counts={counts.incidents}
        services={[...known].filter((name) => name !== "").sort()}
      />,
    );
  });

  app.get("/incidents/:id", async (c) => {
    const incident = await store.view(c.req.param("id"));
    if (incident === undefined) {
      return missing(
        c,
        `No incident has the id or code ${c.req.param("id").slice(0, 100)}; it may have been deleted.`,
      );
    }
    const writes = writesOf(c);
    const axis = axisOf(incident, now());
    const alerts = [...new Set(incident.alerts.map(({ labels }) => labels.alertname ?? ""))].filter(Boolean);
    const pending = await states.pending({ alerts, from: axis.from, to: axis.to }, patienceMs(c));
    return show(
      c,
      {
        title: `${incident.code} ${alertTitle(incident)}`,
        section: "incidents",
        open: await openCount(),
        follows: incident.id,
        every: incident.state === "resolved" ? 0 : 10,
        news: sentence(incident),
      },
      <IncidentPage
        now={now()}
        incident={incident}
        writes={writes}
        axis={{ ...axis, alerts: [...pending, ...axis.alerts] }}
      />,
    );
  });

  app.get("/incidents/:id/postmortem.md", async (c) => {
    const incident = await store.view(c.req.param("id"));
    if (incident === undefined) return missing(c, "There is no such incident.");
    c.header("content-type", "text/markdown; charset=utf-8");
    c.header("content-disposition", `attachment; filename="postmortem-${incident.code.replaceAll(/[^\w-]/g, "_")}.md"`);
    return c.body(postmortem(incident));
  });

  app.get("/agent", async (c) => {
    const [counts, open, samples] = await Promise.all([store.counts(), openCount(), samplesOf(deps.registry)]);
    return show(
      c,
      { title: "Agent", section: "agent", open, follows: "agent", every: 5 },
      <AgentPage
        now={now()}
        counts={counts}
        heartbeat={deps.heartbeat()}
        channels={deps.notify}
        deliveries={samples("oncall_agent_deliveries_total")}
        attempts={samples("oncall_agent_outbox_attempts_total")}
        finished={samples("oncall_agent_investigations_total")}
        tokens={{
          usedThisHour: samples("oncall_agent_model_tokens_last_hour")[0]?.value ?? null,
          perHour: settings.openaiTokensPerHour,
          perIncident: settings.openaiTokensPerIncident,
        }}
        model={settings.openaiApiKey === undefined ? null : settings.openaiModel}
        startedAt={startedAt}
        version={VERSION}
        listeners={deps.listeners()}
      />,
    );
  });

  const { lab } = deps;
  if (lab !== undefined) {
    app.route("/", lab.routes());
    app.get("/lab", async (c) => {
      const [seen, counts, open] = await Promise.all([system.look(patienceMs(c)), store.counts(), openCount()]);
      return show(
        c,
        { title: "Lab", section: "lab", open, follows: "all", every: seen === undefined ? 1 : 2 },
        <LabPage
          system={seen}
          traffic={lab.traffic}
          report={lab.report}
          writes={guard.mayWrite(c, "act")}
          agent={{ working: counts.work.running, heartbeatLost: deps.heartbeat().lost_at !== null }}
          channels={deps.notify}
          open={open}
        />,
      );
    });
  }

  app.get("/console/chart", async (c) => {
    const { minutes, ...given } = c.req.query();
    const range = minutes === undefined ? {} : rangeOf(minutes, now());
    return c.json(await charts.get(Charts.parse({ ...given, ...range })));
  });

  app.route("/", signInRoutes({ guard, sessions, accounts: deps.accounts, oidc: deps.oidc, show, missing }));
  app.route("/", accountPages({ guard, accounts: deps.accounts, store, show }));

  app.onError((error, c) => {
    const wantsJson = c.req.path === "/console/chart" || c.req.path.startsWith("/api/");
    const known = error instanceof ApiError
      ? error
      : error instanceof StoreUnavailable
      ? new ApiError(503, "store_unavailable", "The store is unavailable now: try again soon.")
      : undefined;
    if (known === undefined) deps.report(error);
    const { status, code, message } = known ??
      new ApiError(500, "internal_error", "The agent failed to make this page; its log has the reason.");
    if (wantsJson) return c.json({ error: code, message }, status);
    return show(
      c,
      // What fails now may not in a moment: the page looks again by itself.
      { title: "Problem", section: "none", every: status >= 500 ? 2 : 0 },
      <Problem title="This page cannot be shown" text={message} />,
      status,
    );
  });
  return app;
}

/** Those that are not resolved, the newest episode first. */
async function openIncidents(store: Store): Promise<IncidentSummary[]> {
  const { incidents } = await store.list({ limit: MOST_OPEN, order: "open_first" });
  return incidents.filter(isOpen);
}

function listQuery(c: Context): ListQuery {
  const { q, state, service, severity, cursor } = c.req.query();
  const words = q?.trim().slice(0, 1_000);
  return {
    q: words || undefined,
    state: state !== undefined && STATES.includes(state) ? state : undefined,
    service: service?.slice(0, 200) || undefined,
    severity: severity?.slice(0, 200) || undefined,
    cursor: cursor !== undefined && /^o?\d{1,15}$/.test(cursor) ? cursor : undefined,
  };
}

function definedOnly(query: ListQuery) {
  const { q, state, service, severity, cursor } = query;
  return {
    ...(q === undefined ? {} : { q }),
    ...(state === undefined ? {} : { state }),
    ...(service === undefined ? {} : { service }),
    ...(severity === undefined ? {} : { severity }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

function rangeOf(minutes: string, now: Date): { from: string; to: string } {
  const asked = Number(minutes);
  if (!Number.isInteger(asked) || asked < 1 || asked > 44_640) {
    throw new ApiError(400, "invalid_input", "minutes: expected a whole number from 1 to 44640");
  }
  const to = now.getTime() / 1_000;
  return { from: (to - asked * 60).toFixed(0), to: to.toFixed(0) };
}

function sentence(incident: IncidentSummary): string {
  const { code, state, severity, diagnosis } = incident;
  const cause = diagnosis === null ? "" : `. ${toldCause(diagnosis, incident).slice(0, 200)}`;
  return `${code}, ${severity}, ${state}: ${alertTitle(incident)}${cause}`;
}
