import { createHash } from "node:crypto";
import type { IncidentView } from "../../services/agent/mod.ts";
import { type SentAlert, sentDelivery } from "../../services/agent/intake/testing/deliveries.ts";
import { shippedCatalogue } from "../../services/agent/investigation/catalogue/mod.ts";
import type { Recorded } from "../../services/agent/investigation/testing/recorded.ts";
import { World } from "../../services/agent/investigation/testing/world.ts";
import { type StartedRole, startRole } from "./executables.ts";
import { FAKE_ACCOUNT, type FakeMessage, type FakeTwilio, startFakeTwilio } from "./fake_twilio.ts";
import { until } from "./wait.ts";

const SITUATION = new URL(
  "../../services/agent/investigation/situations/null_dereference_on_one_route_fresh_system_both_instances.json",
  import.meta.url,
);

/** What the agent's executable talks to: a Twilio that counts, and a recorded situation behind every source. */
export interface Surroundings extends AsyncDisposable {
  readonly twilio: FakeTwilio;
  /** Told of each request to a source before it is answered. */
  onSource: (path: string) => void;
  /** Variables with which `oncall-agent` finds them. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts what the agent talks to, on free ports. */
export async function surroundings(): Promise<Surroundings> {
  const recorded: Recorded = JSON.parse(await Deno.readTextFile(SITUATION));
  const [service] = shippedCatalogue().services;
  const twilio = startFakeTwilio();
  const around = { onSource: (_: string) => {} };
  const sources = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    around.onSource(new URL(request.url).pathname);
    return new World(recorded, { service: service!, now: new Date() }).answer(request);
  });
  const url = `http://127.0.0.1:${sources.addr.port}`;
  return Object.assign(around, {
    twilio,
    env: {
      PROM_URL: url,
      LB_URL: url,
      PM_URL: url,
      ALERTMANAGER_URL: url,
      TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
      TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
      USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
      TWILIO_BASE_URL: twilio.url,
      STORM_MESSAGES: "10000",
    },
    async [Symbol.asyncDispose]() {
      await twilio.stop();
      await sources.shutdown();
    },
  });
}

/** Starts `oncall-agent` within `around`. */
export function startAgent(
  around: Surroundings,
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<StartedRole> {
  return startRole("agent", { cwd: options.cwd, env: { ...around.env, ...options.env } });
}

/** Sends a delivery as Alertmanager does; its status and answer. */
export async function deliver(
  url: string,
  delivery: unknown,
): Promise<{ status: number; body: Record<string, unknown>; retryAfter: string | null }> {
  const response = await fetch(`${url}/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof delivery === "string" ? delivery : JSON.stringify(delivery),
  });
  return { status: response.status, body: await response.json(), retryAfter: response.headers.get("retry-after") };
}

/** A delivery of `alerts` in a group of its own. */
export function ofGroup(group: string, alerts: readonly SentAlert[] = [{}], fields: Record<string, unknown> = {}) {
  // One alert is one incident whatever its group, so each group has an alert of its own.
  const own = createHash("sha256").update(group).digest("hex").slice(0, 16);
  return sentDelivery(alerts.map((alert) => ({ fingerprint: own, ...alert })), { groupKey: group, ...fields });
}

/** Every incident of the agent, whole, the oldest first. */
export async function allIncidents(url: string): Promise<IncidentView[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: { incidents: { id: string }[]; next: string | null } = await getJson(
      `${url}/api/incidents?limit=500${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    ids.unshift(...page.incidents.map(({ id }) => id).toReversed());
    cursor = page.next;
  }
  return await Promise.all(ids.map((id) => getJson<IncidentView>(`${url}/api/incidents/${id}`)));
}

/** Resolves when the agent has nothing to investigate and nothing to send, or `over` says that it does not matter. */
export async function idle(url: string, over: () => boolean = () => false): Promise<void> {
  await until("the agent is idle", async () => {
    if (over()) return true;
    const { work, outbox } = await getJson<{
      work: { queued: number; running: number };
      outbox: Record<string, number>;
    }>(`${url}/healthz`);
    const waiting = ["pending", "sending", "uncertain"].map((state) => outbox[state] ?? 0);
    return work.queued + work.running + waiting.reduce((a, b) => a + b, 0) === 0;
  }, { timeoutMs: 60_000, everyMs: 20 });
}

/** Messages of an incident that Twilio took: pages with a diagnosis, and others. */
export function messagesOf(messages: readonly FakeMessage[], code: string): { pages: number; others: string[] } {
  const bodies = messages.map((message) => message.body).filter((body) => body.includes(`${code}-`));
  const others = bodies.filter((body) => !body.includes(`incident ${code}`));
  return { pages: bodies.length - others.length, others };
}

/** GETs JSON. */
export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
