/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import { alertTitle } from "../../delivery/mod.ts";
import { type IncidentView, type TimelineEntry } from "../../incidents/mod.ts";
import type { Axis } from "../data/axis.ts";
import { Ago, Empty, placeOf, Prose, Severity, State, visible } from "../parts/common.tsx";
import { Conversation } from "../parts/conversation.tsx";
import { Evidence } from "../parts/evidence.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { clock, moment, person, plain } from "../words.ts";
import { doubtOf, notSeen, told, toldCause } from "../../../lib/incident/mod.ts";
import { lastedMs, openSince, spanText } from "../../../lib/timespan/mod.ts";

/** What an incident's page shows. */
export interface IncidentData {
  readonly now: Date;
  readonly incident: IncidentView;
  readonly axis: Axis;
  readonly writes: "yes" | "no" | "sign-in";
}

/** `GET /incidents/{id or code}`: the cause and what to do first, then the evidence. */
export function IncidentPage({ now, incident, writes, axis }: IncidentData) {
  const cited = new Set((incident.diagnosis?.claims ?? []).flatMap(({ evidence }) => evidence));
  const postmortemUrl = `/incidents/${encodeURIComponent(incident.id)}/postmortem.md`;
  return (
    <article class="incident">
      <Head incident={incident} now={now} />
      <div class="columns">
        <section class={`card cause edge-${incident.severity}`} aria-labelledby="cause-title" id="cause">
          <Cause incident={incident} />
        </section>
        <div class="side">
          <section class="card" aria-labelledby="conversation-title" id="conversation" tabindex={-1}>
            <Conversation incident={incident} writes={writes} />
          </section>
          <section class="card" aria-labelledby="done-title" id="done">
            <h2 id="done-title">Tickets and silences</h2>
            <Done incident={incident} />
          </section>
          <section class="card" aria-labelledby="told-title" id="told">
            <h2 id="told-title">Notifications</h2>
            <Told incident={incident} />
          </section>
          <section class="card" aria-labelledby="postmortem-title" id="postmortem">
            <h2 id="postmortem-title">Postmortem</h2>
            <p class="faint">Measurements, messages and actions as Markdown; you add the lessons.</p>
            <p class="buttons">
              <button type="button" data-copy={postmortemUrl}>Copy</button>
              <a class="button" href={postmortemUrl} download>Download</a>
            </p>
          </section>
        </div>
        <div class="rest">
          <section class="card" aria-labelledby="claims-title" id="claims">
            <h2 id="claims-title">Claims</h2>
            <Claims incident={incident} />
          </section>
          <section class="card" aria-labelledby="timeline-title" id="timeline">
            <h2 id="timeline-title">Timeline</h2>
            <Timeline incident={incident} axis={axis} />
          </section>
          <section class="card" aria-labelledby="evidence-title" id="evidence">
            <h2 id="evidence-title">Evidence</h2>
            {incident.tool_calls.length === 0
              ? <Empty>No evidence yet.</Empty>
              : <Evidence calls={incident.tool_calls} cited={cited} />}
          </section>
          <section class="card" aria-labelledby="alerts-title" id="alerts">
            <h2 id="alerts-title">Alerts</h2>
            <Alerts incident={incident} now={now} />
          </section>
        </div>
      </div>
    </article>
  );
}

function Head({ incident, now }: { incident: IncidentView; now: Date }) {
  const { code, severity, state, service, opened_at, resolved_at, episode, acknowledged_by: has } = incident;
  const since = openSince(incident, incident.alerts);
  const doubt = doubtOf(incident);
  return (
    <header class="incident-head">
      <p class="tags">
        <Severity of={severity} /> <State of={state} /> <b class="code-tag">{code}</b> <span>{visible(service)}</span>
        {episode > 1 ? <span class="tag quiet-tag">fired {episode} times</span> : null}
      </p>
      <h1>{visible(alertTitle(incident))}</h1>
      <p class="faint">
        Noticed {moment(opened_at)}
        {episode > 1 ? `, again ${moment(since)}` : ""}
        {resolved_at === null
          ? (
            <>
              ,{" "}
              <b>
                open for <Ago at={since} now={now} />
              </b>
            </>
          )
          : `, resolved ${moment(resolved_at)} after ${spanText(lastedMs(incident, incident.alerts))}`}
        {has === null
          ? (resolved_at === null ? ". Not acknowledged." : ".")
          : `. Acknowledged by ${visible(person(has))}.`}
        {doubt === undefined ? null : <b>{` ${visible(doubt)}.`}</b>}
      </p>
      <nav class="jumps" aria-label="Parts of this page">
        <a href="#conversation">Reply</a>
        <a href="#claims">Claims</a>
        <a href="#timeline">Timeline</a>
        <a href="#evidence">Evidence</a>
        <a href="#postmortem">Postmortem</a>
      </nav>
    </header>
  );
}

function Cause({ incident }: { incident: IncidentView }) {
  const { diagnosis, state } = incident;
  if (diagnosis === null) {
    return (
      <>
        <h2 id="cause-title">Cause</h2>
        {state === "investigating"
          ? (
            <p class="working">
              <span class="spinner" aria-hidden="true"></span>Investigating; this takes some seconds.
            </p>
          )
          : (
            <Empty>
              {state === "resolved" ? "It was resolved before a cause was found." : "Queued for investigation."}
            </Empty>
          )}
      </>
    );
  }
  const place = placeOf(diagnosis);
  const confidence = Math.round(diagnosis.confidence * 100);
  const { verdict, degraded, degraded_reason: reason } = diagnosis;
  const { failed, unconfigured } = notSeen(diagnosis.missing);
  const title =
    { cause_found: "Cause", not_enough_evidence: "Not enough evidence", no_fault_found: "No fault found" }[verdict];
  return (
    <>
      <h2 id="cause-title">
        {title}{" "}
        <span class="confidence">
          <meter min={0} max={100} low={50} high={75} optimum={100} value={confidence} aria-hidden="true"></meter>
          {confidence} % confident
        </span>
      </h2>
      <p class="root-cause">
        <Prose text={toldCause(diagnosis, incident)} />
      </p>
      <dl class="facts">
        {place === null ? null : (
          <Fact name="Where">
            <CodeLink place={place} />
          </Fact>
        )}
        {diagnosis.suggested_fix === "" ? null : (
          <Fact name="Fix">
            <Prose text={diagnosis.suggested_fix} />
          </Fact>
        )}
        {diagnosis.routes === undefined || diagnosis.routes.length === 0
          ? null
          : <Fact name="Routes">{diagnosis.routes.map((route) => <code>{visible(route)}</code>)}</Fact>}
        {diagnosis.instances === undefined || diagnosis.instances.length === 0
          ? null
          : <Fact name="Instances">{visible(diagnosis.instances.join(", "))}</Fact>}
        <Fact name="Found by">
          {diagnosis.brain === "rules" ? "the agent's rules" : "the model"}, priority {diagnosis.priority}
          {degraded ? `; the model did not finish${reason === undefined ? "" : ` (${visible(reason)})`}` : ""}
        </Fact>
        {failed.length === 0 ? null : <Fact name="Missing">{visible(failed.join("; "))}</Fact>}
        {unconfigured.length === 0 ? null : (
          <Fact name="Not configured">
            <span class="faint">
              {visible(unconfigured.join(", "))}: described in <code>config/oncall.yaml</code>, each is looked at too.
            </span>
          </Fact>
        )}
      </dl>
      {diagnosis.next_steps.length === 0 ? null : (
        <>
          <h3>Next steps</h3>
          <ol class="steps">
            {diagnosis.next_steps.map((step) => (
              <li>
                <Prose text={step} />
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The place, which leads to the code with its line marked. */
function CodeLink({ place }: { place: string }) {
  return (
    <a href="#evidence" data-opens="fetch_code_from_github">
      <code>{visible(place)}</code>
    </a>
  );
}

function Claims({ incident }: { incident: IncidentView }) {
  const { diagnosis, tool_calls: calls } = incident;
  if (diagnosis === null || diagnosis.claims.length === 0) return <Empty>No claims yet.</Empty>;
  const known = new Set(calls.map(({ id }) => id));
  return (
    <ul class="claims">
      {diagnosis.claims.map(({ text, evidence, verified }) => (
        <li class={verified ? "verified" : "unverified"}>
          <span class="check" aria-hidden="true">{verified ? "✓" : "?"}</span>
          <span>
            <Prose text={told(text, diagnosis, incident)} />{" "}
            <span class="cites">
              {verified ? <span class="hidden">Verified in</span> : <b>Not verified.</b>}
              {evidence.map((id) =>
                known.has(id)
                  ? <a href={`#${encodeURIComponent(id)}`} class="evidence-link">{visible(id)}</a>
                  : <span>{visible(id)}</span>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Alerts({ incident, now }: { incident: IncidentView; now: Date }) {
  const { alerts, truncated_alerts: left } = incident;
  return (
    <>
      <ul class="plain-list alerts">
        {alerts.slice(0, 50).map(({ labels, annotations, status, starts_at, ends_at, generator_url: url }) => (
          <li>
            <p>
              <b>{visible(labels.alertname ?? "alert")}</b> <span class={`tag alert-${status}`}>{status}</span>{" "}
              <span class="faint">
                since {clock(starts_at)} (<Ago at={starts_at} now={now} />{" "}
                ago){ends_at === null ? "" : `, until ${clock(ends_at)}`}
              </span>
            </p>
            {annotations.description || annotations.summary
              ? <p>{visible(annotations.description ?? annotations.summary ?? "")}</p>
              : null}
            <p class="labels">
              {Object.entries(labels).filter(([name]) => name !== "alertname").map(([name, value]) => (
                <code>{visible(`${name}=${value}`)}</code>
              ))}
              {/^https?:\/\//.test(url) ? <a href={url} rel="noreferrer">query in Prometheus</a> : null}
            </p>
          </li>
        ))}
      </ul>
      {alerts.length > 50 ? <p class="faint">{alerts.length - 50} more are not shown.</p> : null}
      {left > 0 ? <p class="faint">Alertmanager omitted {left} {left === 1 ? "alert" : "alerts"}.</p> : null}
    </>
  );
}

/** Kinds of entries about actions outside the agent. */
const DONE = /^(silenced|unsilenced|scaled|ticket_assigned|ticket_commented|ticket_reopened)$/;

function Done({ incident: { tickets, timeline } }: { incident: IncidentView }) {
  const done = timeline.filter(({ kind }) => DONE.test(kind));
  if (tickets.length === 0 && done.length === 0) {
    return <Empty>None. Reply “create Jira task and assign to …” or “silence 30m”.</Empty>;
  }
  return (
    <ul class="plain-list">
      {tickets.map(({ key, url, assignee }) => (
        <li>
          {/^https?:\/\//.test(url)
            ? (
              <a href={url} rel="noreferrer">
                <b>{visible(key)}</b>
              </a>
            )
            : <b>{visible(key)}</b>} {assignee === null ? "unassigned" : `assigned to ${visible(assignee)}`}
        </li>
      ))}
      {done.map(({ at, text }: TimelineEntry) => (
        <li>
          <time datetime={at} class="faint">{clock(at)}</time> {visible(text)}
        </li>
      ))}
    </ul>
  );
}

function Told({ incident }: { incident: IncidentView }) {
  // The conversation shows its own answers.
  const notifications = incident.notifications.filter(({ channel }) => channel !== "conversation");
  if (notifications.length === 0) return <Empty>None yet.</Empty>;
  return (
    <ul class="plain-list told">
      {notifications.map(({ channel, kind, state, attempts, sent_at, text, last_error: error }) => (
        <li>
          <details>
            <summary>
              <span class="grow">{plain(kind)} on {channel}</span>
              <span class={`tag outbox-${state}`}>{state}</span>
              <span class="faint">
                {sent_at === null ? `${attempts} ${attempts === 1 ? "attempt" : "attempts"}` : clock(sent_at)}
              </span>
            </summary>
            {error === null ? null : <p class="failed">{visible(error)}</p>}
            <pre class="raw" tabindex={0}>{visible(text ?? "Not written yet.")}</pre>
          </details>
        </li>
      ))}
    </ul>
  );
}
