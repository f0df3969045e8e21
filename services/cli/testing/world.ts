import { setTimeout as sleep } from "node:timers/promises";
import type { CliDeps } from "../frame.ts";
import { runCli } from "../program.ts";

/** A request that a fake part was sent. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Answers by `<METHOD> <port><path>` (of the default ports), as a body for 200 or a whole response. */
export type Answers = Readonly<Record<string, unknown>>;

/** What a command did. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
  readonly seen: readonly Seen[];
}

/** The moment at which commands run in tests. */
export const NOW = new Date("2026-03-01T12:00:00Z");

/** Runs a command line against fake parts; a part that answers nothing refuses the connection. */
export async function oncall(
  line: string | readonly string[],
  answers: Answers = {},
  deps: Partial<CliDeps> = {},
): Promise<Ran> {
  const seen: Seen[] = [];
  let out = "", error = "";
  const exitCode = await runCli(typeof line === "string" ? line.split(" ").filter(Boolean) : line, {
    async fetch(input, init) {
      const request = new Request(input, init);
      const { port, pathname } = new URL(request.url);
      const text = await request.text();
      seen.push({
        method: request.method,
        url: request.url,
        body: text === "" ? undefined : JSON.parse(text),
        headers: request.headers,
      });
      const key = `${request.method} ${port}${pathname}`;
      if (!(key in answers)) {
        if (!Object.keys(answers).some((known) => known.includes(` ${port}/`))) {
          throw new TypeError("connection refused");
        }
        return Response.json({ error: "not_found", message: `No route ${key}.` }, { status: 404 });
      }
      const answer = answers[key];
      const made = typeof answer === "function" ? await answer(request) : answer;
      return made instanceof Response ? made : Response.json(made);
    },
    env: () => undefined,
    dotEnv: {},
    write: (text) => out += text,
    writeError: (text) => error += text,
    isTerminal: false,
    columns: () => 80,
    now: () => NOW,
    // Fake time does not pass by itself; a moment of the real one lets what is under way go on.
    sleep: (_, signal) => sleep(1, undefined, { signal }).catch(() => {}),
    run: () => Promise.resolve(undefined),
    readText: () => Promise.reject(new Deno.errors.NotFound("no such file")),
    madeToken: () => undefined,
    tasks: () => [],
    interrupted: new AbortController().signal,
    ...deps,
  });
  return { exitCode, out, error, seen };
}

/** The time this many seconds before {@linkcode NOW}. */
export const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();

/** Prometheus' answers about a service of so many requests per second, of which so many fail. */
export const rates = (requests: number, failing: number) => (request: Request) => {
  const isErrors = new URL(request.url).searchParams.get("query")!.includes("errors");
  return { data: { result: [{ metric: {}, value: [0, String(isErrors ? failing : requests)] }] } };
};

const diagnosis = {
  verdict: "cause_found",
  root_cause: "A null dereference in the price of an item without a supplier",
  affected_file: "services/inventory/pricing.ts",
  line_number: 42,
  suggested_fix: "Check the supplier first.",
  priority: "high",
  next_steps: ["Roll back", "Add a test"],
  confidence: 0.9,
  brain: "rules",
  degraded: false,
  missing: ["the code"],
  at: ago(195),
  claims: [{ text: "78 % of requests fail", evidence: ["E2"], verified: true }],
};
/** An incident as the agent gives it, with a hostile title. */
export const incident = {
  id: "01HX",
  code: "K7QF",
  state: "diagnosed",
  service: "inventory",
  severity: "critical",
  title: `Error rate over 20 %\x1b[2J`,
  group_key: "g",
  opened_at: ago(200),
  resolved_at: null,
  alerts: [{
    fingerprint: "f",
    status: "firing",
    starts_at: ago(230),
    ends_at: null,
    labels: { alertname: "InventoryHighErrorRate" },
    annotations: {},
  }],
  truncated_alerts: 0,
  timeline: [{ at: ago(200), kind: "alert_firing", text: "InventoryHighErrorRate fires" }],
  tool_calls: [{
    id: "E2",
    step: 1,
    tool: "compute_error_rate",
    arguments: {},
    started_at: ago(199),
    ended_at: ago(198),
    ok: true,
    result: { error_rate: 0.78 },
  }],
  diagnosis,
  notifications: [{ channel: "log", state: "sent", attempts: 1, sent_at: ago(190), text: "…" }],
  messages: [{ at: ago(100), from: "operator:cli", text: "looking" }],
  tickets: [{ key: "OPS-1", url: "https://jira.example/OPS-1", assignee: "Ravi" }],
};
