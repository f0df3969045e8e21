import {
  flag,
  integer,
  number,
  oneOf,
  optional,
  type Setting,
  text,
  url,
  type Values,
} from "../lib/configuration/mod.ts";

/** How the rate of requests changes over a run. */
export const PROFILES = ["constant", "spike", "ramp", "sine", "ramp-spike", "agentic"] as const;

const SECONDS_MAX = 31_536_000;
const RPS_MAX = 1_000_000;

function seconds(name: string, help: string, fallback: number, min = 0.001): Setting<number> {
  return number({ flag: name, help: `${help}, seconds` }, fallback, min, SECONDS_MAX);
}

function rps(name: string, help: string, fallback: number): Setting<number> {
  return number({ flag: name, help: `${help}, requests/s` }, fallback, 0, RPS_MAX);
}

const seed: Setting<number | undefined> = {
  ...integer(
    { flag: "seed", help: "the same seed sends the same requests (default: random, and reported)" },
    0,
    0,
    2 ** 32 - 1,
  ),
  fallback: undefined,
};

/** Settings of the traffic to send. */
export const trafficSettings = {
  url: url({ env: "LB_URL", flag: "url", help: "target of the requests" }, "http://localhost:9000"),
  profile: oneOf({ flag: "profile", help: `rate over time: ${PROFILES.join(", ")}` }, "constant", PROFILES),
  duration: seconds("duration", "how long to send", 120),
  rps: rps("rps", "rate of constant, spike and sine", 30),
  maxConcurrency: integer(
    { flag: "max-concurrency", help: "most requests in flight; further ones are dropped and counted" },
    200,
    1,
    20_000,
  ),
  putFrac: number({ flag: "put-frac", help: "share of requests that are PUT" }, 0.3, 0, 1),
  payloadKb: number({ flag: "payload-kb", help: "size of a PUT body, KiB" }, 1, 0, 65_536),
  reportEvery: seconds("report-every", "time between two progress lines", 5, 0.1),
  timeout: seconds("timeout", "how long to wait for a response", 5),
  seed,
  spikeAt: seconds("spike-at", "spike: when it begins", 60, 0),
  spikeMult: number({ flag: "spike-mult", help: "spike: factor on --rps" }, 3, 0, 10_000),
  rampFrom: rps("ramp-from", "ramp: rate at the start", 10),
  rampTo: rps("ramp-to", "ramp: rate at the end", 150),
  sineAmplitude: rps("sine-amplitude", "sine: how far above and below --rps", 20),
  sinePeriod: seconds("sine-period", "sine: length of one wave", 90),
  mildRps: rps("mild-rps", "ramp-spike: first rate", 10),
  highRps: rps("high-rps", "ramp-spike: second rate", 100),
  mildDuration: seconds("mild-duration", "ramp-spike: length of the first rate", 60, 0),
  normalRps: rps("normal-rps", "agentic: rate of the normal phase", 15),
  normalDuration: seconds("normal-duration", "agentic: length of the normal phase", 60),
  errorRps: rps("error-rps", "agentic: rate of the error phase", 10),
  errorDuration: seconds("error-duration", "agentic: length of the error phase", 60),
  errorPath: text(
    { env: "ERROR_ENDPOINT_PATH", help: "agentic: path of 80 % of the error phase's requests" },
    "/random-endpoint/error",
  ),
  keyspace: integer({ flag: "keyspace", help: "number of distinct items" }, 5000, 1, 2 ** 31),
  hotFrac: number({ flag: "hot-frac", help: "share of requests that go to the hot set" }, 0, 0, 1),
  hotset: integer({ flag: "hotset", help: "number of items in the hot set" }, 100, 1, 2 ** 31),
};

/** All settings of `oncall-traffic`. */
export const settings = {
  ...trafficSettings,
  url: {
    ...url({ env: "LB_URL", flag: "url", help: "target of the requests (default http://localhost:9000)" }, ""),
    fallback: undefined,
  } as Setting<string | undefined>,
  balancerHost: text({ env: "LB_HOST", help: "the balancer's host, where LB_URL is not set" }, "localhost"),
  balancerPort: integer({ env: "LB_PORT", help: "the balancer's port, where LB_URL is not set" }, 9000, 1, 65_535),
  json: flag({ flag: "json", help: "print only the final report on stdout, as JSON" }),
  terminal: optional({ env: "TERM", help: "terminal type; dumb means no live display" }),
  noColor: optional({ env: "NO_COLOR", help: "any value disables colors" }),
};

/** The settings' values: rates in requests/s, times in seconds, sizes in KiB. */
export type TrafficOptions = Values<typeof trafficSettings>;

/** The default options, with some of them changed. */
export function defaultOptions(changes: Partial<TrafficOptions> = {}): TrafficOptions {
  const defaults = Object.fromEntries(Object.entries(trafficSettings).map(([key, setting]) => [key, setting.fallback]));
  return { ...defaults, ...changes } as TrafficOptions;
}
