import { sleep } from "../../services/lib/waiting/mod.ts";
import type { IncidentView } from "../../services/lib/incident/mod.ts";
import { realDeps, runCli } from "../../services/cli/mod.ts";
import type { StackSettings } from "../stack/mod.ts";
import { ALERT, alertState, endAlerts, incidentSince, unendedAlerts } from "./observe.ts";
import { phases, startTraffic } from "./traffic.ts";

/** How long to wait for the alert of an earlier demo to end, in seconds. */
const QUIET_SECONDS = 180;
const LOOK_EVERY_MS = 500;
/** How long to wait for Alertmanager to pass on that an alert is over, in seconds; it collects for 10 s. */
const RESOLVE_SECONDS = 25;

/**
 * Sends the agentic traffic through the running system and shows the incident as it unfolds, as `oncall watch` does, until
 * it is diagnosed.
 *
 * @throws when that does not happen while the traffic lasts, or `signal` aborts.
 */
export async function demo(settings: StackSettings, signal: AbortSignal): Promise<IncidentView> {
  const { PROM_URL, AGENT_URL } = settings.urls;
  await untilQuiet(PROM_URL, signal);
  await closeEarlier(settings, signal);
  const begun = new Date();
  const traffic = startTraffic(settings);
  const ended = new AbortController();
  traffic.ended.then(() => ended.abort());
  try {
    const phase = `${Math.floor(phases.normal / 60)}:${String(phases.normal % 60).padStart(2, "0")}`;
    console.log(`    0:00  traffic       15 requests/s; from ${phase} on 10/s, of which 80 % trigger the bug`);
    const watch = ["watch", "--elapsed", "--alert", ALERT, "--until", "diagnosed"];
    const places = ["--agent-url", AGENT_URL, "--prometheus-url", PROM_URL];
    const status = await runCli([...watch, ...places], realDeps(AbortSignal.any([signal, ended.signal])));
    signal.throwIfAborted();
    if (ended.signal.aborted) {
      const what = await traffic.ended === 0 ? "the traffic ended" : "the traffic generator failed";
      throw new Error(`${what} and no diagnosis was reached: see ${settings.logDir}/ (deno task logs)`);
    }
    const incident = status === 0 ? await incidentSince(AGENT_URL, begun) : undefined;
    if (incident === undefined) throw new Error(`no diagnosis was reached: see ${settings.logDir}/ (deno task logs)`);
    return incident;
  } finally {
    await traffic.stop();
  }
}

async function untilQuiet(prometheus: string, signal: AbortSignal): Promise<void> {
  const since = performance.now();
  for (let told = false;; told = true) {
    const alert = await alertState(prometheus);
    if (alert === "inactive") return;
    if ((performance.now() - since) / 1000 > QUIET_SECONDS) {
      throw new Error(
        `${ALERT} is still ${alert} after ${QUIET_SECONDS} s: stop what fails there, or run deno task down`,
      );
    }
    if (!told) console.log(`${ALERT} is ${alert} from an earlier run; waiting until it is over`);
    await sleep(LOOK_EVERY_MS, signal);
  }
}

/**
 * Waits until an incident that was open when everything was ended is resolved: Alertmanager, which remembers that it told
 * of it, would keep quiet about the one to come.
 */
async function closeEarlier(settings: StackSettings, signal: AbortSignal): Promise<void> {
  const { AGENT_URL, ALERTMANAGER_URL } = settings.urls;
  const alerts = await unendedAlerts(AGENT_URL);
  if (alerts.length === 0) return;
  console.log("An incident of an earlier run is still open; resolving its alert in Alertmanager");
  await endAlerts(ALERTMANAGER_URL, alerts);
  const deadline = performance.now() + RESOLVE_SECONDS * 1000;
  // Where Alertmanager has forgotten the alert too, it says nothing of its end, and something of the next one.
  while ((await unendedAlerts(AGENT_URL)).length > 0 && performance.now() < deadline) {
    await sleep(LOOK_EVERY_MS, signal);
  }
}
