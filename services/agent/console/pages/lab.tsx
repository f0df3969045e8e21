/** @jsxImportSource hono/jsx */
import { PROFILES } from "../../../traffic/mod.ts";
import type { System } from "../data/system.ts";
import type { LabReport, LabTraffic } from "../lab.ts";
import { ChartFigure } from "../parts/common.tsx";
import { Diagram } from "../parts/diagram.tsx";
import { figure } from "../words.ts";

/** What the lab's page shows. */
export interface LabData {
  readonly system: System | undefined;
  readonly traffic: LabTraffic | undefined;
  readonly report: LabReport | undefined;
  readonly writes: boolean;
  readonly agent: { readonly working: number; readonly heartbeatLost: boolean };
  readonly channels: readonly string[];
  readonly open: number;
}

const FAULTS = [
  ["none", "none"],
  ["latency", "slow responses"],
  ["errors", "errors"],
  ["cpu", "CPU load"],
  ["oom_safe", "memory"],
  ["crash", "crash"],
] as const;

/** `GET /lab`: cause trouble and watch the effect. */
export function LabPage({ system, traffic, report, writes, agent, channels, open }: LabData) {
  return (
    <>
      <h1>Lab</h1>
      {writes ? null : <p class="failed">Sign in to change anything here.</p>}
      <div class="two">
        <section class="card" aria-labelledby="traffic-title">
          <h2 id="traffic-title">Traffic</h2>
          <form class="lab-form" data-send="/api/lab/traffic" data-keep id="lab-traffic">
            <label>
              <span>Profile</span>
              <select name="profile">
                {PROFILES.map((name) => <option value={name} selected={name === "agentic"}>{name}</option>)}
              </select>
            </label>
            <label>
              <span>Seconds</span>
              <input type="number" name="seconds" value="180" min={5} max={900} required />
            </label>
            <label>
              <span>Requests per second</span>
              <input type="number" name="rps" value="15" min={1} max={100} />
            </label>
            <button type="submit">Send</button>
            <span class="outcome" role="status" data-outcome></span>
          </form>
          <form class="lab-form" data-send="/api/lab/traffic/stop" id="lab-stop">
            <p class="grow" id="lab-traffic-now">
              {traffic === undefined
                ? report === undefined ? "No traffic." : `The last run sent ${report.sent}, ${report.errors} failed.`
                : `${traffic.profile}${
                  traffic.progress === null
                    ? " begins"
                    : `, ${traffic.progress.phase}: ${figure(traffic.progress.rps)} req/s, ${
                      traffic.progress.elapsed.toFixed(0)
                    } of ${traffic.seconds} s`
                }`}
            </p>
            {traffic === undefined ? null : <button type="submit" class="quiet">Stop</button>}
            <span class="outcome" role="status" data-outcome data-keep id="lab-stop-outcome"></span>
          </form>
        </section>
        <section class="card" aria-labelledby="fault-title">
          <h2 id="fault-title">Fault</h2>
          <form class="lab-form" data-send="/api/lab/fault" data-keep id="lab-fault">
            <label>
              <span>Kind</span>
              <select name="mode">{FAULTS.map(([mode, text]) => <option value={mode}>{text}</option>)}</select>
            </label>
            <label>
              <span>Instance</span>
              <select name="port">
                <option value="">all</option>
                {(system?.instances ?? []).map(({ name, address }) => (
                  <option value={address.split(":").at(-1) ?? ""}>{name}</option>
                ))}
              </select>
            </label>
            <label>
              <span>Slow: milliseconds</span>
              <input type="number" name="latency_ms" min={0} max={60000} placeholder="500" />
            </label>
            <label>
              <span>Errors: share</span>
              <input type="number" name="p_error" min={0} max={1} step="0.05" placeholder="0.4" />
            </label>
            <label>
              <span>Load: milliseconds</span>
              <input type="number" name="cpu_ms" min={0} max={60000} placeholder="300" />
            </label>
            <button type="submit">Set</button>
            <span class="outcome" role="status" data-outcome></span>
          </form>
        </section>
        <section class="card" aria-labelledby="scale-title">
          <h2 id="scale-title">Instances</h2>
          <form class="lab-form" data-send="/api/lab/scale" data-keep id="lab-scale">
            <label>
              <span>Instances</span>
              <input type="number" name="replicas" value={system?.instances.length ?? 2} min={0} max={10} required />
            </label>
            <button type="submit">Scale</button>
            <span class="outcome" role="status" data-outcome></span>
          </form>
        </section>
      </div>
      <section class="card" aria-labelledby="effect-title">
        <h2 id="effect-title">The effect</h2>
        <Diagram system={system} agent={agent} channels={channels} open={open} />
      </section>
      <section class="card" aria-label="Charts">
        <div class="charts">
          <ChartFigure id="lab-errors" title="Failed requests" src="/console/chart?name=error_rate&minutes=5" />
          <ChartFigure id="lab-latency" title="Latency" src="/console/chart?name=latency&minutes=5" />
          <ChartFigure id="lab-requests" title="Requests" src="/console/chart?name=requests&minutes=5" />
        </div>
      </section>
    </>
  );
}
