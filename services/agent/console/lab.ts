import { Hono } from "hono";
import * as v from "valibot";
import { ApiError, jsonBody, parseJson } from "../../lib/http/mod.ts";
import { defaultOptions, PROFILES, type Progress, type Report, runTraffic } from "../../traffic/mod.ts";

/** What the lab acts on. */
export interface LabDeps {
  readonly managerUrl: string;
  readonly balancerUrl: string;
  readonly fetch: typeof fetch;
}

/** The traffic that the lab sends, as the page shows it. */
export interface LabTraffic {
  readonly profile: string;
  readonly seconds: number;
  readonly progress: { readonly elapsed: number; readonly phase: string; readonly rps: number } | null;
}

/** How the last traffic ended. */
export type LabReport = Pick<Report, "sent" | "errors">;

const TIMEOUT_MS = 40_000;
/** The agent has its own work: what it sends stays far below what would keep it from that. */
const MOST_RPS = 100;
const LONGEST_SECONDS = 900;

const within = (min: number, max: number, unit: string) => {
  const expected = `expected ${unit} from ${min} to ${max}`;
  return v.pipe(v.number(expected), v.minValue(min, expected), v.maxValue(max, expected));
};
const milliseconds = within(0, 60_000, "milliseconds");
/** Body of `POST /api/lab/fault`. */
export const faultBody = v.strictObject({
  mode: v.picklist(
    ["none", "latency", "errors", "cpu", "oom_safe", "crash"],
    "expected none, latency, errors, cpu, oom_safe or crash",
  ),
  latency_ms: v.optional(milliseconds),
  p_error: v.optional(within(0, 1, "a share")),
  cpu_ms: v.optional(milliseconds),
  port: v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/, "expected a port"), v.transform(Number))),
});
/** Body of `POST /api/lab/scale`. */
export const scaleBody = v.strictObject({
  replicas: v.pipe(within(0, 100, "instances"), v.integer("expected a whole number")),
});
/** Body of `POST /api/lab/traffic`. */
export const trafficBody = v.strictObject({
  profile: v.picklist(PROFILES, `expected one of ${PROFILES.join(", ")}`),
  seconds: within(5, LONGEST_SECONDS, "seconds"),
  rps: v.optional(within(1, MOST_RPS, "requests per second")),
});

/** Sets faults, scales and sends traffic, to see the effect. */
export class Lab {
  readonly #deps: LabDeps;
  #traffic: LabTraffic | undefined;
  #report: LabReport | undefined;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: LabDeps) {
    this.#deps = deps;
  }

  /** The traffic under way. */
  get traffic(): LabTraffic | undefined {
    return this.#traffic;
  }

  /** How the last one ended. */
  get report(): LabReport | undefined {
    return this.#report;
  }

  /** `POST /api/lab/fault`, `/api/lab/scale`, `/api/lab/traffic` and `/api/lab/traffic/stop`. */
  routes(): Hono {
    return new Hono()
      .post("/api/lab/fault", async (c) => {
        const { port, ...fault } = await jsonBody(c, faultBody);
        await this.#manager("/fault", { ...fault, ...(port === undefined ? {} : { ports: [port] }) });
        return c.json({ ok: true, message: fault.mode === "none" ? "Fault removed." : "Fault set." });
      })
      .post("/api/lab/scale", async (c) => {
        const { replicas } = await jsonBody(c, scaleBody);
        await this.#manager("/scale", { replicas });
        return c.json({ ok: true, message: `${replicas} ${replicas === 1 ? "instance runs" : "instances run"} now.` });
      })
      .post("/api/lab/traffic", async (c) => {
        this.#send(await jsonBody(c, trafficBody));
        return c.json({ ok: true, message: "Traffic started." }, 202);
      })
      .post("/api/lab/traffic/stop", (c) => {
        if (this.#traffic === undefined) throw new ApiError(409, "no_traffic", "The lab sends no traffic now.");
        this.#stop?.abort();
        return c.json({ ok: true, message: "Traffic stopped." });
      });
  }

  /** Ends what it sends. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
  }

  #send({ profile, seconds, rps }: v.InferOutput<typeof trafficBody>): void {
    if (this.#traffic !== undefined) {
      throw new ApiError(409, "traffic_under_way", "The lab already sends traffic: stop it first.");
    }
    const stop = this.#stop = new AbortController();
    this.#traffic = { profile, seconds, progress: null };
    this.#report = undefined;
    const options = defaultOptions({
      url: this.#deps.balancerUrl,
      profile,
      duration: seconds,
      rampTo: MOST_RPS,
      ...(rps === undefined ? {} : rateOf(profile, rps)),
    });
    const onProgress = ({ elapsed, phase, rps }: Progress) => {
      this.#traffic = { profile, seconds, progress: { elapsed, phase, rps } };
    };
    this.#running = runTraffic(options, { stop: stop.signal, abandon: stop.signal, onProgress, progressEvery: 1 })
      .then(({ sent, errors }) => void (this.#report = { sent, errors }), () => {})
      .finally(() => {
        this.#traffic = undefined;
      });
  }

  async #manager(path: string, body: unknown): Promise<void> {
    let response: Response, text: string;
    try {
      response = await this.#deps.fetch(`${this.#deps.managerUrl}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch (cause) {
      const message = `The manager does not answer at ${this.#deps.managerUrl}: start it, or set PM_URL.`;
      throw new ApiError(502, "manager_unavailable", message, {}, { cause });
    }
    if (response.ok) return;
    const status = response.status >= 400 && response.status < 500 ? 400 : 502;
    throw new ApiError(status, "refused", `The manager refused: ${saidBy(text) ?? response.status}`);
  }
}

/** The profile's main rate; the others keep their defaults. */
function rateOf(profile: string, rps: number) {
  switch (profile) {
    case "ramp":
      return { rampTo: rps };
    case "ramp-spike":
      return { highRps: rps };
    case "agentic":
      return { normalRps: rps };
    case "spike":
      return { rps: rps / 3 };
    case "sine":
      return { rps: rps / 2, sineAmplitude: rps / 2 };
    default:
      return { rps };
  }
}

function saidBy(text: string): string | undefined {
  try {
    const { message } = parseJson(text) as { message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
