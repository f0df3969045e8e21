/** @jsxImportSource hono/jsx */
import { alertTitle } from "../../delivery/mod.ts";
import { type IncidentSummary } from "../../incidents/mod.ts";
import type { System } from "../data/system.ts";
import { Ago, ChartFigure, Empty, placeOf, Prose, Severity, State, visible } from "../parts/common.tsx";
import { Diagram } from "../parts/diagram.tsx";
import { howSure, person } from "../words.ts";
import { toldCause } from "../../../lib/incident/mod.ts";
import { openSince } from "../../../lib/timespan/mod.ts";

/** What the overview shows. */
export interface OverviewData {
  readonly now: Date;
  readonly system: System | undefined;
  readonly open: readonly IncidentSummary[];
  /** How many are open beyond those. */
  readonly more: number;
  readonly resolved: readonly IncidentSummary[];
  readonly agent: { readonly working: number; readonly heartbeatLost: boolean };
  /** Why nothing can be stored; undefined when something can. */
  readonly fault?: string | undefined;
  readonly channels: readonly string[];
  /** Minutes that the charts cover. */
  readonly minutes: number;
}

/** Stretches of time that charts can cover, in minutes. */
export const RANGES = [[15, "15 m"], [60, "1 h"], [360, "6 h"], [1_440, "24 h"]] as const;

/** Why an alert might not reach the agent now, in words; empty when it would. */
export function blindness(system: System | undefined, agent: OverviewData["agent"]): string[] {
  return [
    ...(system?.prometheus.health === "down" ? ["Prometheus does not answer"] : []),
    ...(system?.alertmanager.health === "down" ? ["Alertmanager does not answer"] : []),
    ...(agent.heartbeatLost ? ["no heartbeat from monitoring"] : []),
  ];
}

/** `GET /`: open incidents, the system, charts. */
export function Overview(data: OverviewData) {
  const { now, system, open, resolved, minutes } = data;
  const blind = blindness(system, data.agent);
  return (
    <>
      <h1 class="hidden">Overview</h1>
      <section aria-labelledby="open-title" class="card open-incidents">
        <h2 id="open-title">
          {open.length === 0 ? "No open incident" : `Open incidents (${open.length + data.more})`}
        </h2>
        {data.fault === undefined
          ? null
          : <p class="alarm">No alerts are taken, for nothing can be stored: {data.fault}.</p>}
        {open.length === 0
          ? blind.length > 0
            ? <p class="alarm">Alerts may be missing: {blind.join("; ")}.</p>
            : <p class="calm">Monitoring reports no problems{resolved[0] === undefined ? "; no incidents yet" : ""}.</p>
          : (
            <ul class="incident-cards">
              {open.map((incident) => <OpenIncident incident={incident} now={now} alone={open.length === 1} />)}
            </ul>
          )}
        {data.more > 0
          ? (
            <p>
              <a href="/incidents">{data.more} more</a>
            </p>
          )
          : null}
      </section>
      <section aria-labelledby="system-title" class="card">
        <h2 id="system-title">The system</h2>
        <Diagram system={system} agent={data.agent} channels={data.channels} open={open.length + data.more} />
      </section>
      <section aria-labelledby="charts-title" class="card">
        <div class="title-row">
          <h2 id="charts-title">Charts</h2>
          <nav class="segments" aria-label="Period of the charts">
            {RANGES.map(([value, text]) => (
              <a href={value === 15 ? "/" : `/?minutes=${value}`} aria-current={value === minutes ? "true" : undefined}>
                {text}
              </a>
            ))}
          </nav>
        </div>
        <div class="charts">
          <ChartFigure
            id="chart-errors"
            title="Failed requests"
            src={`/console/chart?name=error_rate&minutes=${minutes}`}
          />
          <ChartFigure id="chart-latency" title="Latency" src={`/console/chart?name=latency&minutes=${minutes}`} />
          <ChartFigure id="chart-requests" title="Requests" src={`/console/chart?name=requests&minutes=${minutes}`} />
        </div>
      </section>
      <section aria-labelledby="resolved-title" class="card">
        <h2 id="resolved-title">Recently resolved</h2>
        {resolved.length === 0 ? <Empty>None yet.</Empty> : (
          <ul class="plain-list">
            {resolved.map((incident) => <Resolved incident={incident} now={now} />)}
          </ul>
        )}
      </section>
    </>
  );
}

function OpenIncident({ incident, now, alone }: { incident: IncidentSummary; now: Date; alone: boolean }) {
  const { id, code, severity, state, service, alerts, diagnosis, acknowledged_by } = incident;
  const place = diagnosis === null ? null : placeOf(diagnosis);
  return (
    <li id={`open-${id}`} class={`incident-card edge-${severity}`}>
      <p class="tags">
        <Severity of={severity} /> <State of={state} />{" "}
        <span class="faint">
          {code}, {visible(service)}, for <Ago at={openSince(incident, alerts)} now={now} />
        </span>
      </p>
      <h3>
        <a href={`/incidents/${encodeURIComponent(code)}`}>{visible(alertTitle(incident))}</a>
      </h3>
      {diagnosis === null
        ? <p class="faint">{state === "investigating" ? "Investigating…" : "Not investigated yet."}</p>
        : (
          <p class={alone ? "wrap" : "clamp"}>
            <Prose text={toldCause(diagnosis, incident)} />
          </p>
        )}
      <p class="faint">
        {place === null ? null : <code>{visible(place)}</code>}{" "}
        {diagnosis === null || howSure(diagnosis) === "" ? null : `${howSure(diagnosis)}. `}
        {acknowledged_by === null ? "Not acknowledged." : `Acknowledged by ${person(acknowledged_by)}.`}
      </p>
    </li>
  );
}

function Resolved({ incident, now }: { incident: IncidentSummary; now: Date }) {
  const { id, code, resolved_at, diagnosis } = incident;
  return (
    <li id={`resolved-${id}`}>
      <a href={`/incidents/${encodeURIComponent(id)}`}>
        <b>{code}</b> {visible(alertTitle(incident))}
      </a>{" "}
      <span class="faint">
        resolved <Ago at={resolved_at ?? ""} now={now} /> ago
      </span>
      {diagnosis === null ? null : (
        <p class="clamp faint">
          <Prose text={toldCause(diagnosis, incident)} />
        </p>
      )}
    </li>
  );
}
