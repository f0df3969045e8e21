/** @jsxImportSource hono/jsx */
import { alertTitle } from "../../delivery/mod.ts";
import { type IncidentSummary, severityRank } from "../../incidents/mod.ts";
import { Ago, placeOf, Prose, Severity, State, visible } from "../parts/common.tsx";
import { howSure, moment } from "../words.ts";
import { toldCause } from "../../../lib/incident/mod.ts";
import { lastedMs, openSince } from "../../../lib/timespan/mod.ts";

/** Which incidents are asked for, as the address says it. */
export interface ListQuery {
  readonly q?: string | undefined;
  readonly state?: string | undefined;
  readonly service?: string | undefined;
  readonly severity?: string | undefined;
  readonly cursor?: string | undefined;
}

/** What the list shows. */
export interface ListData {
  readonly now: Date;
  readonly query: ListQuery;
  readonly incidents: readonly IncidentSummary[];
  readonly next: string | null;
  /** Incidents by state, over all of history. */
  readonly counts: Readonly<Record<string, number>>;
  readonly services: readonly string[];
}

const STATES = ["open", "investigating", "diagnosed", "resolved"] as const;

/** The address of a list. */
export function listUrl(query: ListQuery): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "");
  return given.length === 0 ? "/incidents" : `/incidents?${new URLSearchParams(given)}`;
}

/** `GET /incidents`: all of history, searched and filtered. */
export function Incidents({ now, query, incidents, next, counts, services }: ListData) {
  const filtered = Boolean(query.q || query.state || query.service || query.severity);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <section class="card" aria-labelledby="list-title">
      <div class="title-row">
        <h1 id="list-title">Incidents</h1>
        <p class="faint">{total.toLocaleString("en")} in all</p>
      </div>
      <form class="filters" method="get" action="/incidents" role="search" data-search>
        <label class="grow">
          <span>Search</span>
          <input
            type="search"
            id="search"
            name="q"
            value={query.q ?? ""}
            maxlength={1000}
            autocomplete="off"
            placeholder="title, alert, cause or file"
          />
        </label>
        <label>
          <span>State</span>
          <select name="state" id="filter-state">
            <option value="">any</option>
            {STATES.map((state) => (
              <option value={state} selected={state === query.state}>{`${state} (${counts[state] ?? 0})`}</option>
            ))}
          </select>
        </label>
        <label>
          <span>Severity</span>
          <select name="severity" id="filter-severity">
            <option value="">any</option>
            {severities(query, incidents).map((severity) => (
              <option value={severity} selected={severity === query.severity}>{severity}</option>
            ))}
          </select>
        </label>
        <label>
          <span>Service</span>
          <select name="service" id="filter-service">
            <option value="">any</option>
            {services.map((service) => <option value={service} selected={service === query.service}>{service}</option>)}
          </select>
        </label>
        <button type="submit">Search</button>
        {filtered ? <a href="/incidents">Show all</a> : null}
      </form>
      {incidents.length === 0
        ? (
          <p class="empty">
            {filtered
              ? "No incident matches. Try fewer words or another state."
              : "No incidents yet. The first alert from Alertmanager will appear here."}
          </p>
        )
        : (
          <ol class="incident-list">
            <li class="list-head" aria-hidden="true">
              <span>Code</span>
              <span>Severity and state</span>
              <span>Title and cause</span>
              <span>Since</span>
            </li>
            {incidents.map((incident) => <Row incident={incident} now={now} />)}
          </ol>
        )}
      <nav class="pages" aria-label="Pages of the list">
        {query.cursor ? <a href={listUrl({ ...query, cursor: undefined })} rel="first">Newest</a> : null}
        {next === null ? null : <a href={listUrl({ ...query, cursor: next })} rel="next">Older</a>}
      </nav>
    </section>
  );
}

/** The usual ones, those on the page and the one that is asked for; the worst first. */
function severities({ severity }: ListQuery, incidents: readonly IncidentSummary[]): string[] {
  const known = new Set(["critical", "warning", "info", ...incidents.map((incident) => incident.severity)]);
  if (severity !== undefined) known.add(severity);
  return [...known].filter((name) => name !== "").sort((a, b) => severityRank(a) - severityRank(b) || (a < b ? -1 : 1));
}

function Row({ incident, now }: { incident: IncidentSummary; now: Date }) {
  const { id, code, severity, state, service, resolved_at, diagnosis, alerts } = incident;
  const title = alertTitle(incident);
  const since = openSince(incident, alerts);
  const place = diagnosis === null ? null : placeOf(diagnosis);
  return (
    <li id={`row-${id}`} class={`incident-row edge-${severity}`}>
      <a class="code" href={`/incidents/${encodeURIComponent(id)}`} aria-label={`${code}: ${visible(title)}`}>{code}</a>
      <span class="tags">
        <Severity of={severity} /> <State of={state} />
      </span>
      <div class="what">
        <b>{visible(title)}</b>
        {diagnosis === null ? null : (
          <p class="clamp">
            <Prose text={toldCause(diagnosis, incident)} />
          </p>
        )}
        <p class="faint">
          {visible(service)}
          {alerts.length > 1 ? `, ${alerts.length} alerts` : ""}
          {place === null ? null : (
            <>
              , <code>{visible(place)}</code>
            </>
          )}
          {diagnosis === null || howSure(diagnosis) === "" ? "" : `, ${howSure(diagnosis)}`}
        </p>
      </div>
      <span class="when">
        <Ago at={since} now={now} /> ago
        <span class="faint">{moment(since)}{resolved_at === null ? null : `, lasted ${lasted(incident)}`}</span>
      </span>
    </li>
  );
}

function lasted(incident: IncidentSummary): string {
  const s = Math.round(lastedMs(incident, incident.alerts) / 1_000);
  return s < 60 ? `${s} s` : s < 3_600 ? `${Math.round(s / 60)} m` : `${(s / 3_600).toFixed(1)} h`;
}
