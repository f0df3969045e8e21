import { setTimeout as sleep } from "node:timers/promises";
import type { IncidentView } from "../../services/agent/incidents/mod.ts";
import type { StackSettings } from "../stack/mod.ts";
import { diagnosisLines, readingLine, toolCallLine } from "./describe.ts";
import { ALERT, endAlerts, incidentSince, read, type Reading, unendedAlerts } from "./observe.ts";
import { clock, type Colour, Screen } from "./screen.ts";
import { phases, startTraffic } from "./traffic.ts";

/** How long to wait for the alert of an earlier demo to end, in seconds. */
const QUIET_SECONDS = 180;
const LOOK_EVERY_MS = 500;
/** How long to wait for Alertmanager to pass on that an alert is over, in seconds; it collects for 10 s. */
const RESOLVE_SECONDS = 25;

/**
 * Sends the agentic traffic through the running system and shows the incident as it unfolds, until it is diagnosed.
 *
 * @throws when that does not happen while the traffic lasts, or `signal` aborts.
 */
export async function demo(settings: StackSettings, signal: AbortSignal, screen = new Screen()): Promise<IncidentView> {
  const { PROM_URL, AGENT_URL } = settings.urls;
  await untilQuiet(PROM_URL, screen, signal);
  await closeEarlier(settings, screen, signal);
  const begun = new Date();
  const seconds = () => (Date.now() - begun.getTime()) / 1000;
  const tell = (what: string, text: string, colour: Colour = "bold") => {
    screen.line(`${clock(seconds()).padStart(5)}  ${screen.paint(what.padEnd(10), colour)} ${text}`);
  };
  const traffic = startTraffic(settings);
  try {
    tell("traffic", `15 requests/s; from ${clock(phases.normal)} on 10/s, of which 80 % run into the bug`);
    const seen: Seen = { alert: "inactive", calls: 0 };
    let trafficCode: number | undefined;
    traffic.ended.then((code) => trafficCode = code);
    while (true) {
      signal.throwIfAborted();
      const reading = await read(PROM_URL).catch(() => undefined);
      if (reading) {
        tellAlert(reading, seen, tell);
        screen.live(`${clock(seconds()).padStart(5)}  ${readingLine(reading, screen)}`, seconds());
      }
      const incident = await incidentSince(AGENT_URL, begun).catch(() => undefined);
      if (incident && tellIncident(incident, begun, seen, tell, screen)) return incident;
      if (trafficCode !== undefined) {
        const what = trafficCode === 0 ? `the traffic ended at ${clock(seconds())}` : `the traffic generator failed`;
        throw new Error(`${what} and no diagnosis was reached: see ${settings.logDir}/ (deno task logs)`);
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    screen.end();
    await traffic.stop();
  }
}

type Tell = (what: string, text: string, colour?: Colour) => void;

/** What was told already. */
interface Seen {
  alert: Reading["alert"];
  incident?: string;
  calls: number;
}

async function untilQuiet(prometheus: string, screen: Screen, signal: AbortSignal): Promise<void> {
  const since = performance.now();
  for (let told = false;; told = true) {
    const reading = await read(prometheus);
    if (reading.alert === "inactive") return screen.end();
    const waited = (performance.now() - since) / 1000;
    if (waited > QUIET_SECONDS) {
      throw new Error(
        `${ALERT} is still ${reading.alert} after ${QUIET_SECONDS} s: end what fails there, or deno task down`,
      );
    }
    if (!told) screen.line(`${ALERT} is ${reading.alert} from before; waiting until it is over`);
    screen.live(`${clock(waited).padStart(5)}  ${readingLine(reading, screen)}`, waited);
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/**
 * Waits until an incident that was open when everything was ended is resolved: Alertmanager, which remembers that it told
 * of it, would keep quiet about the one to come.
 */
async function closeEarlier(settings: StackSettings, screen: Screen, signal: AbortSignal): Promise<void> {
  const { AGENT_URL, ALERTMANAGER_URL } = settings.urls;
  const alerts = await unendedAlerts(AGENT_URL);
  if (alerts.length === 0) return;
  screen.line("An incident of an earlier run is still open; telling Alertmanager that its alert is over");
  await endAlerts(ALERTMANAGER_URL, alerts);
  const deadline = performance.now() + RESOLVE_SECONDS * 1000;
  // Where Alertmanager has forgotten the alert too, it says nothing of its end, and something of the next one.
  while ((await unendedAlerts(AGENT_URL)).length > 0 && performance.now() < deadline) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

function tellAlert(reading: Reading, seen: Seen, tell: Tell): void {
  if (reading.alert === seen.alert) return;
  seen.alert = reading.alert;
  const rate = `${(reading.errorRate * 100).toFixed(1)} % of requests fail`;
  if (reading.alert === "pending") {
    tell("pending", `${ALERT}: ${rate}; Prometheus waits whether it lasts for 1 minute`, "yellow");
  }
  if (reading.alert === "firing") {
    tell("firing", `${ALERT}: ${rate}; Alertmanager collects for 10 s, then calls`, "red");
  }
  if (reading.alert === "inactive") tell("over", `${ALERT} is not true any more`, "green");
}

/** Tells what is new of the incident; true once it is diagnosed. */
function tellIncident(incident: IncidentView, begun: Date, seen: Seen, tell: Tell, screen: Screen): boolean {
  if (seen.incident === undefined) {
    seen.incident = incident.id;
    tell("received", `incident ${incident.code}, ${incident.severity}: ${incident.title}`);
  }
  const calls = incident.tool_calls.filter((call) => new Date(call.started_at) >= begun);
  for (const call of calls.slice(seen.calls)) tell("asked", toolCallLine(call, screen.width - 18), "dim");
  seen.calls = calls.length;
  const { diagnosis } = incident;
  if (diagnosis === null || new Date(diagnosis.at) < begun) return false;
  const received = incident.timeline.find((entry) => new Date(entry.at) >= begun)?.at ?? incident.opened_at;
  const took = (new Date(diagnosis.at).getTime() - new Date(received).getTime()) / 1000;
  const { verdict, confidence, brain } = diagnosis;
  tell(
    "diagnosis",
    `${verdict.replaceAll("_", " ")}, confidence ${confidence.toFixed(2)}, by the ${brain} brain, ${
      took.toFixed(1)
    } s ` +
      `after the alert was received`,
    "green",
  );
  for (const line of diagnosisLines(diagnosis, screen)) screen.line(line);
  return true;
}
