import { sleep } from "../services/lib/waiting/mod.ts";
import { defaultOptions, runTraffic } from "../services/traffic/mod.ts";
import type { StackSettings } from "../tasks/stack/mod.ts";
import { howManyAtOnce, secondsOfOne } from "./cost.ts";
import type { Scenario, Step, Stream } from "./scenario.ts";

/** Into how many equal parts a ramp is cut. */
const RAMP_STEPS = 6;

/** What a scenario is acted out with. */
export interface ActOptions {
  readonly settings: StackSettings;
  /** How many times shorter the scenario's times are made. */
  readonly speed: number;
  /** Changes which requests are sent, nothing else. */
  readonly seed: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** What was sent to the system. */
export interface Sent {
  readonly requests: number;
  readonly errors: number;
}

/** Sends a scenario's traffic and carries out its steps, until its end or until `signal` aborts. */
export async function act(scenario: Scenario, options: ActOptions): Promise<Sent> {
  const { speed, seed, signal } = options;
  const { at_once, duration } = scenario;
  const count = at_once === undefined ? 1 : howManyAtOnce(secondsOfOne(at_once.path), at_once.take);
  const streams = scenario.traffic.map((stream, index) =>
    send(stream, { ...options, seed: seed * 100 + scenario.seed * 10 + index, duration, count })
  );
  const steps = scenario.steps.map(async (step) => {
    if (await wait(step.at / speed, signal)) await carryOut(step, options);
  });
  const [reports] = await Promise.all([Promise.all(streams), Promise.all(steps)]);
  return {
    requests: reports.reduce((sum, report) => sum + report.requests, 0),
    errors: reports.reduce((sum, report) => sum + report.errors, 0),
  };
}

async function send(
  stream: Stream,
  options: ActOptions & { readonly duration: number; readonly count: number },
): Promise<Sent> {
  const { settings, speed, seed, signal, duration, count } = options;
  const { from, until = duration, rps, to_rps, path, put_share, keyspace } = stream;
  if (rps === 0 && to_rps === undefined) return { requests: 0, errors: 0 };
  if (!await wait(from / speed, signal)) return { requests: 0, errors: 0 };
  const seconds = (until - from) / speed;
  const profile = path !== undefined
    ? { profile: "agentic", normalDuration: 0.001, errorRps: rps, errorDuration: seconds, errorPath: path } as const
    : to_rps !== undefined
    ? { profile: "ramp", rampFrom: rps, rampTo: to_rps } as const
    : { profile: "constant", rps } as const;
  const url = settings.urls.LB_URL;
  const common = { url, duration: seconds, putFrac: put_share, keyspace, timeout: 10 };
  const reports = await Promise.all(
    Array.from(
      { length: count },
      (_, index) => runTraffic(defaultOptions({ ...common, seed: seed + index * 1_000, ...profile }), { stop: signal }),
    ),
  );
  return {
    requests: reports.reduce((sum, report) => sum + report.scheduled, 0),
    errors: reports.reduce((sum, report) => sum + report.errors + report.timeouts, 0),
  };
}

/** Waits so many seconds; false when the signal came first. */
async function wait(seconds: number, signal: AbortSignal): Promise<boolean> {
  await sleep(seconds * 1000, signal).catch(() => {});
  return !signal.aborted;
}

async function carryOut(step: Step, options: ActOptions): Promise<void> {
  const { settings, speed, signal } = options;
  if ("fault" in step) {
    const { fault, on, ramp, again = { every: 0, times: 1 } } = step;
    const body = { ...fault, ...(on === undefined ? {} : { ports: on.map((name) => portOf(name, settings)) }) };
    const parts = ramp > 0 ? RAMP_STEPS : 1;
    for (let part = 1; part <= parts; part++) {
      await manage(settings, "/fault", scaled(body, part / parts));
      if (part < parts && !await wait(ramp / (parts - 1) / speed, signal)) return;
    }
    for (let time = 1; time < again.times; time++) {
      if (!await wait(again.every / speed, signal)) return;
      // The instance may be away just now; the next time it is not.
      await manage(settings, "/fault", body).catch(() => {});
    }
  } else if ("scale" in step) await manage(settings, "/scale", { replicas: step.scale });
  else if ("restart" in step) {
    const port = portOf(step.restart, settings);
    await manage(settings, "/stop", { port });
    await manage(settings, "/start", { port });
  } else if ("kill" in step) Deno.kill(await pidOf(step.kill, settings), "SIGKILL");
  else if ("freeze" in step) {
    const pid = await pidOf(step.freeze, settings);
    Deno.kill(pid, "SIGSTOP");
    if (step.for === undefined) return;
    // Also when everything ends, for a stopped process does not end by itself.
    await wait(step.for / speed, signal);
    Deno.kill(pid, "SIGCONT");
  } else await page(step, settings);
}

function scaled<T extends Record<string, unknown>>(body: T, share: number): T {
  const grown = ["latency_ms", "p_error", "cpu_ms"].flatMap((name) =>
    typeof body[name] === "number" ? [[name, body[name] * share]] : []
  );
  return { ...body, ...Object.fromEntries(grown) };
}

async function pidOf(instance: string, settings: StackSettings): Promise<number> {
  const { instances } = await (await fetch(`${settings.urls.PM_URL}/instances`)).json();
  return instances.find(({ port }: { port: number }) => port === portOf(instance, settings)).pid;
}

function portOf(instance: string, settings: StackSettings): number {
  return settings.basePort + Number(instance.slice("inv".length)) - 1;
}

async function manage(settings: StackSettings, path: string, body: unknown): Promise<void> {
  await post(`${settings.urls.PM_URL}${path}`, body, "the manager");
}

async function page(step: Extract<Step, { page: string }>, settings: StackSettings): Promise<void> {
  const now = Date.now();
  await post(`${settings.urls.ALERTMANAGER_URL}/api/v2/alerts`, [{
    labels: { alertname: step.page, service: step.service, severity: step.severity },
    annotations: { summary: `${step.page} of ${step.service}` },
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 600_000).toISOString(),
  }], "Alertmanager");
}

async function post(url: string, body: unknown, who: string): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${who} answered ${response.status} to ${new URL(url).pathname}: ${text}`);
}
