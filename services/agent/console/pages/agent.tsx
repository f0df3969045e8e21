/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import type { Store } from "../../incidents/mod.ts";
import type { Sample } from "../data/metrics.ts";
import { Ago, Empty } from "../parts/common.tsx";
import { figure, plain } from "../words.ts";

/** What the page of the agent's own health shows. */
export interface AgentData {
  readonly now: Date;
  readonly counts: Awaited<ReturnType<Store["counts"]>>;
  readonly heartbeat: { readonly last_at: string | null; readonly lost_at: string | null };
  readonly channels: readonly string[];
  readonly deliveries: readonly Sample[];
  readonly attempts: readonly Sample[];
  readonly finished: readonly Sample[];
  readonly tokens: { readonly usedThisHour: number | null; readonly perHour: number; readonly perIncident: number };
  readonly model: string | null;
  readonly startedAt: Date;
  readonly version: string;
  readonly listeners: number;
}

/** `GET /agent`: health of the agent. */
export function AgentPage(data: AgentData) {
  const { now, counts, heartbeat, channels, tokens } = data;
  const waiting = (counts.outbox.pending ?? 0) + (counts.outbox.sending ?? 0) + (counts.outbox.uncertain ?? 0);
  const failed = counts.outbox.failed ?? 0;
  return (
    <>
      <h1>The agent</h1>
      <div class="tiles">
        <Tile
          title="Heartbeat"
          health={heartbeat.lost_at !== null ? "down" : heartbeat.last_at === null ? "unknown" : "ok"}
        >
          <b>
            {heartbeat.lost_at !== null ? "lost" : heartbeat.last_at === null ? "none yet" : (
              <>
                <Ago at={heartbeat.last_at} now={now} /> ago
              </>
            )}
          </b>
          <span>
            {heartbeat.lost_at !== null
              ? "No Watchdog alert: monitoring itself may be down."
              : "The Watchdog alert shows that monitoring is up."}
          </span>
        </Tile>
        <Tile title="Investigations" health={counts.work.oldest_seconds > 120 ? "trouble" : "ok"}>
          <b>{counts.work.running} running, {counts.work.queued} waiting</b>
          <span>
            {counts.work.queued > 0 ? `the oldest for ${figure(counts.work.oldest_seconds)} s` : "none queued"}
          </span>
        </Tile>
        <Tile title="Outbox" health={failed > 0 ? "trouble" : "ok"}>
          <b>{waiting} waiting, {failed} failed</b>
          <span>
            {counts.outbox.sent ?? 0}{" "}
            sent{(counts.outbox.uncertain ?? 0) > 0 ? `, ${counts.outbox.uncertain} uncertain` : ""}
          </span>
        </Tile>
        <Tile title="Budget" health="ok">
          <b>
            {data.model === null
              ? "no model"
              : tokens.usedThisHour === null
              ? data.model
              : `${figure(tokens.usedThisHour)} tokens`}
          </b>
          <span>
            {data.model === null
              ? "The built-in rules decide; set OPENAI_API_KEY to add a model."
              : `at most ${limit(tokens.perHour)} an hour, ${limit(tokens.perIncident)} an incident`}
          </span>
        </Tile>
        <Tile title="Program" health="ok">
          <b>version {data.version}</b>
          <span>
            runs for <Ago at={data.startedAt.toISOString()} now={now} />, {data.listeners} listening
          </span>
        </Tile>
        <Tile title="Channels" health="ok">
          <b>{channels.join(", ") || "none"}</b>
          <span>for messages to people</span>
        </Tile>
      </div>
      <section class="card" aria-labelledby="checks-title">
        <h2 id="checks-title">Integrations</h2>
        <div id="checks" data-checks="/api/doctor" data-keep>
          <Empty>Checking…</Empty>
        </div>
      </section>
      <div class="two">
        <Counts
          title="Deliveries received"
          samples={data.deliveries.filter(({ value }) => value > 0)}
          empty="None since the start."
        />
        <Counts
          title="Attempts to send"
          samples={data.attempts.filter(({ value }) => value > 0)}
          empty="None since the start."
        />
        <Counts title="Finished investigations" samples={data.finished} empty="None since the start." />
        <Counts
          title="Incidents in the store"
          samples={Object.entries(counts.incidents).map(([state, value]) => ({ labels: { state }, value }))}
          empty="None."
        />
      </div>
    </>
  );
}

function Tile({ title, health, children }: { title: string; health: string; children: Child }) {
  return (
    <section class={`node tile health-${health}`} aria-label={title}>
      <h2>
        <span class="dot" aria-hidden="true"></span>
        {title}
      </h2>
      <p>{children}</p>
    </section>
  );
}

function Counts({ title, samples, empty }: { title: string; samples: readonly Sample[]; empty: string }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {samples.length === 0 ? <Empty>{empty}</Empty> : (
        <table>
          <tbody>
            {samples.map(({ labels, value }) => (
              <tr>
                <th scope="row">{inWords(labels)}</th>
                <td>{value.toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** `cause found, rules, degraded`: yes and no are named, other values are shown. */
function inWords(labels: Sample["labels"]): string {
  return Object.entries(labels).filter(([, value]) => value !== "false")
    .map(([name, value]) => plain(String(value === "true" ? name : value))).join(", ");
}

function limit(tokens: number): string {
  return tokens === 0 ? "any number" : tokens.toLocaleString("en");
}
