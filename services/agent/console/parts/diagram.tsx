/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import type { Health, System } from "../data/system.ts";
import { figure, percent, perSecond } from "../words.ts";

/** The system: each part with its health, and the measured flow between them. */
export function Diagram({ system, agent, channels, open }: {
  system: System | undefined;
  agent: { readonly working: number; readonly heartbeatLost: boolean };
  channels: readonly string[];
  open: number;
}) {
  const traffic = system?.traffic;
  const failing = (traffic?.errorPercent ?? 0) > (system?.objectives.errorPercent ?? 5);
  const flowing = (traffic?.requests ?? 0) > 0;
  const up = system?.instances.filter(({ health }) => health === "ok" || health === "trouble").length ?? 0;
  const agentHealth: Health = agent.heartbeatLost ? "trouble" : "ok";
  return (
    <div class="diagram" id="diagram">
      <Node area="traffic" title="Traffic" health={traffic?.requests == null ? "unknown" : failing ? "trouble" : "ok"}>
        <b>{perSecond(traffic?.requests ?? null)}</b>
        <span>
          {traffic?.errorPercent == null ? "errors not measured" : `${percent(traffic.errorPercent)} fail`}
        </span>
      </Node>
      <Arrow area="a1" flowing={flowing} bad={failing} label={flowing ? perSecond(traffic?.requests ?? null) : ""} />
      <Node area="lb" title="Balancer" health={system?.balancer.health ?? "unknown"}>
        <b>{system?.balancer.note ?? "not seen yet"}</b>
        <span>round robin</span>
      </Node>
      <Arrow area="a2" flowing={flowing} bad={failing} label={flowing && up > 1 ? `over ${up} instances` : ""} />
      <div class="group" role="group" aria-label="Instances">
        {system === undefined || system.instances.length === 0
          ? (
            <Node title="Instances" health={system?.manager.health === "ok" ? "down" : "unknown"}>
              <b>
                {system === undefined ? "not seen yet" : system.manager.health === "ok" ? "none running" : "not known"}
              </b>
            </Node>
          )
          : system.instances.map((instance) => (
            <Node title={instance.name} health={instance.health} small>
              <b>
                {instance.health === "down" || instance.health === "unknown"
                  ? instance.note
                  : perSecond(instance.requests)}
              </b>
              <span>
                {instance.errorPercent === null ? instance.address : `${percent(instance.errorPercent)} fail`}
                {instance.p95Ms === null ? "" : `, p95 ${figure(instance.p95Ms)} ms`}
              </span>
            </Node>
          ))}
      </div>
      <Arrow area="a3" flowing={system?.prometheus.health === "ok"} label="scraped" />
      <Node
        area="prom"
        title="Prometheus"
        health={(system?.prometheus.firing.length ?? 0) > 0 ? "trouble" : system?.prometheus.health ?? "unknown"}
      >
        <b>
          {system === undefined
            ? "not seen yet"
            : system.prometheus.health === "down"
            ? system.prometheus.note
            : system.prometheus.firing.length > 0
            ? `firing: ${system.prometheus.firing.join(", ")}`
            : system.prometheus.pending.length > 0
            ? `pending: ${system.prometheus.pending.join(", ")}`
            : "no alert"}
        </b>
        <span>rules every 5 s</span>
      </Node>
      <Arrow area="a4" flowing={(system?.prometheus.firing.length ?? 0) > 0} bad label="alerts" />
      <Node
        area="am"
        title="Alertmanager"
        health={(system?.alertmanager.alerts ?? 0) > 0 ? "trouble" : system?.alertmanager.health ?? "unknown"}
      >
        <b>{system?.alertmanager.note ?? "not seen yet"}</b>
        <span>groups and sends</span>
      </Node>
      <Arrow area="a5" flowing={(system?.alertmanager.alerts ?? 0) > 0} bad label="webhook" />
      <Node area="agent" title="Agent" health={agentHealth}>
        <b>
          {agent.heartbeatLost
            ? "no heartbeat from monitoring"
            : agent.working > 0
            ? `investigates ${agent.working}`
            : open > 0
            ? `${open} open`
            : "waits"}
        </b>
        <span>tells {channels.length === 0 ? "nobody" : channels.join(", ")}</span>
      </Node>
    </div>
  );
}

const WORDS: Readonly<Record<Health, string>> = {
  ok: "OK",
  trouble: "in trouble",
  down: "down",
  unknown: "unknown",
};

function Node({ area, title, health, small, children }: {
  area?: string;
  title: string;
  health: Health;
  small?: boolean;
  children: Child;
}) {
  return (
    <div class={`node health-${health}${area === undefined ? "" : ` area-${area}`}${small ? " small" : ""}`}>
      <h3>
        <span class="dot" aria-hidden="true"></span>
        {title}
        <span class="hidden">: {WORDS[health]}</span>
      </h3>
      <p>{children}</p>
    </div>
  );
}

function Arrow({ area, flowing, bad, label }: { area: string; flowing: boolean; bad?: boolean; label: string }) {
  return (
    <div class={`arrow area-${area}${flowing ? " flowing" : ""}${flowing && bad ? " bad" : ""}`}>
      <span class="arrow-label">{label}</span>
      <svg viewBox="0 0 60 12" width="60" height="12" aria-hidden="true" focusable="false">
        <path class="shaft" d="M2 6H52" />
        <path class="head" d="M50 1.5L57 6L50 10.5Z" />
      </svg>
    </div>
  );
}
