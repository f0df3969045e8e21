import { parse } from "yaml";
import { INSTANCE } from "../../../lib/lifecycle/mod.ts";
import type { Check } from "../check.ts";
import { jsonOf, type Outgoing, request } from "../outgoing.ts";
import { AlertmanagerClient } from "./client.ts";

/** Where a webhook of Alertmanager's configuration ends. */
type End = { readonly kind: "here" } | { readonly kind: "elsewhere"; readonly who: string } | {
  readonly kind: "unknown";
  readonly reason: string;
};

/**
 * Whether Alertmanager answers, and sends its alerts to this very agent and no other.
 * `heard`: an alert was received since the agent's start.
 */
export async function alertmanagerCheck(
  url: string,
  outgoing: Outgoing,
  { heard }: { readonly heard: boolean },
): Promise<Check> {
  const status = await new AlertmanagerClient(url, outgoing).status();
  if (!status.ok) return failed(`${status.reason} (${url}): start it, or set ALERTMANAGER_URL`);
  const version = status.value?.versionInfo?.version ?? "of an unknown version";
  const hooks = webhooksOf(status.value?.config?.original ?? "");
  if (hooks === undefined) return failed(`version ${version} shows a configuration that cannot be read`);
  if (hooks.length === 0) return failed("it has no webhook: add a receiver with the agent's address and /alerts");
  const shown = hooks.filter((hook) => URL.canParse(hook));
  const alerts = shown.filter((hook) => new URL(hook).pathname.endsWith("/alerts"));
  if (shown.length > 0 && alerts.length === 0) {
    return failed(`none of its webhooks (${shown.map(bare).join(", ")}) leads to the agent's /alerts`);
  }
  const ends = await Promise.all(alerts.map(async (hook) => ({ hook: bare(hook), end: await endOf(hook, outgoing) })));
  const here = ends.find(({ end }) => end.kind === "here");
  if (here !== undefined) return ok(`version ${version} sends to ${here.hook}, which leads here; silences can be made`);
  const [first] = ends;
  if (heard) {
    const where = first?.hook ?? "an address that it hides";
    return ok(`version ${version} sends to ${where}, and its alerts arrive here; silences can be made`);
  }
  if (first === undefined) {
    const text =
      `version ${version} hides where it sends, and no Watchdog alert has come yet: ask again in a few minutes`;
    return { name: NAME, state: "skipped", text };
  }
  const why = first.end.kind === "elsewhere"
    ? `which leads to ${first.end.who}`
    : `which cannot be asked from here (${first.end.kind === "unknown" ? first.end.reason : ""})`;
  return failed(
    `it sends to ${first.hook}, ${why}, and no alert has come: set the receiver's url to this agent's /alerts`,
  );
}

const NAME = "Alertmanager";

function ok(text: string): Check {
  return { name: NAME, state: "ok", text };
}

function failed(text: string): Check {
  return { name: NAME, state: "failed", text };
}

/** Who answers beside the webhook: each program of ours says under `/healthz` which process it is. */
async function endOf(hook: string, outgoing: Outgoing): Promise<End> {
  const health = new URL(hook);
  health.pathname = health.pathname.replace(/\/alerts$/, "/healthz");
  health.username = health.password = health.search = "";
  const answer = await request(health.href, {}, outgoing);
  if (answer.kind === "silence") return { kind: "unknown", reason: answer.reason };
  const body = jsonOf(answer.body) as { name?: unknown; instance_id?: unknown; error?: unknown } | undefined;
  if (body?.error === "unknown_host") {
    return { kind: "unknown", reason: `${health.hostname} is no name of the agent's: add it to ALLOWED_HOSTS` };
  }
  if (body?.instance_id === INSTANCE) return { kind: "here" };
  return { kind: "elsewhere", who: body?.name === "oncall-agent" ? "another agent" : "another program" };
}

/** The address without what may be secret in it. */
function bare(hook: string): string {
  const { protocol, host, pathname } = new URL(hook);
  return `${protocol}//${host}${pathname}`;
}

/** Addresses of a configuration's webhooks; undefined when it cannot be read. */
function webhooksOf(config: string): string[] | undefined {
  try {
    const { receivers = [] } = (parse(config) ?? {}) as { receivers?: { webhook_configs?: { url?: unknown }[] }[] };
    return receivers.flatMap((receiver) => (receiver.webhook_configs ?? []).map((hook) => String(hook.url ?? "")));
  } catch {
    return undefined;
  }
}
