import fc from "fast-check";
import { sentDelivery } from "../../../services/agent/intake/testing/deliveries.ts";
import { asPath, fuzzedAgent, type Sent } from "../agent.ts";
import { defineTarget, type Target } from "../target.ts";
import { anyJson, broken, jsonText, mostly, nasty, wordOf } from "../text.ts";

const id = wordOf("K7QF", "1", "01900000-0000-7000-8000-000000000001", "incident");
const query = fc.dictionary(
  wordOf(
    "limit",
    "state",
    "service",
    "severity",
    "q",
    "cursor",
    "order",
    "episode",
    "metric",
    "minutes",
    "from",
    "to",
    "window",
  ),
  wordOf("1", "500", "501", "-1", "open", "resolved", "inventory", "newest"),
  { maxKeys: 4 },
).map((fields) => Object.keys(fields).length === 0 ? "" : `?${new URLSearchParams(fields)}`);
const headers = fc.dictionary(
  fc.constantFrom(
    "content-type",
    "origin",
    "host",
    "authorization",
    "cookie",
    "accept",
    "if-none-match",
    "last-event-id",
    "x-forwarded-for",
    "range",
  ),
  wordOf(
    "application/json",
    "text/html",
    "http://evil.example",
    "127.0.0.1",
    "Bearer x",
    "oncall=x",
    "*/*",
    "bytes=0-1",
    "gzip",
  ),
  { maxKeys: 4 },
).map((all) =>
  Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, value.replaceAll(/[^\x20-\x7e]/g, "?").trim().slice(0, 300)]),
  )
);

function requests(paths: fc.Arbitrary<string>, bodies: fc.Arbitrary<string>): fc.Arbitrary<Sent> {
  return fc.record({
    method: fc.constantFrom("GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"),
    path: fc.tuple(paths, query).map(([path, query]) => asPath(path + query)),
    headers,
    body: bodies,
  }).map((one) => ["GET", "HEAD", "OPTIONS"].includes(one.method) ? { ...one, body: "" } : one);
}

function target(
  name: string,
  { share, cases, env }: { share: number; cases: fc.Arbitrary<Sent>; env?: Record<string, string> },
): Target {
  return defineTarget({
    name,
    share,
    cases,
    async open() {
      const agent = await fuzzedAgent(env);
      const type = { "content-type": "application/json" };
      await agent.send({ method: "POST", path: "/alerts", headers: type, body: JSON.stringify(sentDelivery()) });
      return { try: async (one) => void await agent.send(one), close: () => agent.close() };
    },
  });
}

const message = fc.record({
  text: mostly(wordOf("ack", "status", "scale to 0", "yes")),
  from: mostly(wordOf("asha")),
  id: mostly(nasty),
}, {
  requiredKeys: [],
});

/** The JSON API. */
export const api = target("api", {
  share: 40_000,
  cases: requests(
    fc.oneof(
      fc.constantFrom("api/incidents", "api/services", "api/events", "api/doctor", "api/replay", "healthz", "metrics"),
      id.map((id) => `api/incidents/${id}`),
      id.map((id) => `api/incidents/${id}/messages`),
      id.map((id) => `api/incidents/${id}/investigation`),
      nasty.map((rest) => `api/${rest}`),
    ),
    broken(fc.oneof(message, anyJson).map(jsonText)),
  ),
});

/** The console, with a token to sign in. */
export const console = target("console", {
  share: 15_000,
  env: { CONSOLE_TOKEN: "fuzz-token-0123456789" },
  cases: requests(
    fc.oneof(
      fc.constantFrom(
        "",
        "incidents",
        "agent",
        "lab",
        "console/sign-in",
        "console/sign-out",
        "console/chart",
        "console/style.css",
      ),
      id.map((id) => `incidents/${id}`),
      id.map((id) => `incidents/${id}/postmortem.md`),
      nasty.map((rest) => `console/${rest}`),
      nasty,
    ),
    broken(
      fc.dictionary(wordOf("token", "next", "name", "password"), nasty, { maxKeys: 3 }).map((f) =>
        new URLSearchParams(f).toString()
      ),
    ),
  ),
});
