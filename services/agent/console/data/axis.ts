import type { IncidentView } from "../../incidents/mod.ts";

/** A moment on an incident's axis, in milliseconds since the epoch. */
export interface Mark {
  readonly at: number;
  readonly text: string;
  /** Where on the page it is shown in full. */
  readonly href?: string;
}

/** A stretch on an incident's axis; `end` null: it lasts. */
export interface Span {
  readonly start: number;
  readonly end: number | null;
  readonly text: string;
  readonly kind: "pending" | "firing" | "investigating";
}

/** Everything of an incident on one axis. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly milestones: readonly { readonly at: number; readonly text: string }[];
  readonly alerts: readonly Span[];
  readonly investigations: readonly Span[];
  readonly calls: readonly Mark[];
  readonly messages: readonly Mark[];
  readonly actions: readonly Mark[];
}

const BEFORE_MS = 60_000;
const AFTER_MS = 60_000;
/** How long before its alert trouble is still taken to be the incident's. */
const REACH_MS = 3_600_000;

/** The axis of the newest episode: from a minute before the first bad request to a minute after the resolution, or now. */
export function axisOf(incident: IncidentView, now: Date): Axis {
  const own = incident.alerts.filter((alert) => alert.episode === incident.episode);
  const entries = entriesOfEpisode(incident);
  const calls = incident.tool_calls.filter((call) => call.episode === incident.episode);
  const opened = entries.map(({ at }) => Date.parse(at)).reduce((a, b) => Math.min(a, b), Infinity);
  const noticed = Number.isFinite(opened) ? opened : Date.parse(incident.opened_at);
  const fired = own.map(({ starts_at }) => Date.parse(starts_at)).filter((at) => at > noticed - REACH_MS)
    .reduce((a, b) => Math.min(a, b), noticed);
  const before = endOfEarlier(incident);
  const began = beginnings(calls).filter((at) => at <= noticed && at > Math.max(noticed - REACH_MS, before))
    .reduce((a, b) => Math.min(a, b), fired);
  const resolved = incident.resolved_at === null ? null : Date.parse(incident.resolved_at);
  const last = entries.map(({ at }) => Date.parse(at)).reduce((a, b) => Math.max(a, b), resolved ?? noticed);
  const first = (kinds: RegExp) => entries.find(({ kind }) => kinds.test(kind));
  const at = (kinds: RegExp) => Date.parse(first(kinds)?.at ?? "");
  const milestones = [
    { at: began, text: began < fired ? "First bad request" : "" },
    { at: fired, text: "Alert fires" },
    { at: at(/^investigation_started$/), text: "Investigation" },
    { at: at(/^diagnosis$/), text: "Diagnosis" },
    { at: at(/^notified$/), text: "Told" },
    { at: at(/^acknowledged$/), text: "Acknowledged" },
    { at: resolved ?? NaN, text: "Resolved" },
  ].filter(({ at, text }) => Number.isFinite(at) && text !== "").sort((a, b) => a.at - b.at);
  const mark = (at: string, text: string, href?: string): Mark => ({
    at: Date.parse(at),
    text,
    ...(href === undefined ? {} : { href }),
  });
  return {
    from: began - BEFORE_MS,
    to: resolved === null ? Math.max(now.getTime(), last) : Math.max(resolved, last) + AFTER_MS,
    milestones,
    alerts: own.map(({ labels, starts_at, ends_at }) => ({
      start: Date.parse(starts_at),
      end: ends_at === null ? resolved : Date.parse(ends_at),
      text: labels.alertname ?? "alert",
      kind: "firing" as const,
    })),
    investigations: entries.filter(({ kind }) => kind === "investigation_started").map(({ at }) => {
      const start = Date.parse(at);
      const end = entries.find((entry) => entry.kind === "diagnosis" && Date.parse(entry.at) >= start)?.at;
      const text = "investigation";
      return { start, end: end === undefined ? null : Date.parse(end), text, kind: "investigating" as const };
    }),
    calls: calls.map((call) => mark(call.started_at, `${call.id} ${call.tool}`, `#${call.id}`)),
    messages: incident.messages.map(({ at, from, text }) => mark(at, `${from}: ${text}`, "#conversation"))
      .concat(
        incident.notifications.filter(({ sent_at }) => sent_at !== null)
          .map(({ sent_at, channel, kind }) => mark(sent_at!, `${kind} sent on ${channel}`, "#told")),
      )
      .filter(({ at }) => at >= began - BEFORE_MS),
    actions: entries.filter(({ by, kind }) =>
      by.startsWith("operator:") || /^(ticket|silenc|unsilenc|scaled)/.test(kind)
    )
      .map(({ at, text, by }) => mark(at, `${by.replace(/^operator:/, "")}: ${text}`)),
  };
}

/** When the episodes before the newest one were over, in milliseconds since the epoch: what was measured then is theirs. */
function endOfEarlier({ alerts, episode }: IncidentView): number {
  return alerts.filter((alert) => alert.episode < episode).map(({ ends_at }) => Date.parse(ends_at ?? ""))
    .filter(Number.isFinite).reduce((a, b) => Math.max(a, b), -Infinity);
}

/** The timeline since the newest episode began. */
function entriesOfEpisode({ timeline }: IncidentView): IncidentView["timeline"] {
  const refired = timeline.findLastIndex(({ kind }) => kind === "refired");
  return refired === -1 ? timeline : timeline.slice(refired);
}

/** When the trouble began by each measurement, in milliseconds since the epoch. */
function beginnings(calls: IncidentView["tool_calls"]): number[] {
  return calls.filter((call) => call.ok).flatMap(({ tool, result }) => {
    const found = result as { above_objective?: { since?: unknown } | null; first?: unknown } | null;
    const at = tool === "compute_error_rate"
      ? found?.above_objective?.since
      : tool === "fetch_logs"
      ? found?.first
      : undefined;
    const ms = typeof at === "string" ? Date.parse(at) : NaN;
    return Number.isFinite(ms) ? [ms] : [];
  });
}
