import { type Context, Hono } from "hono";
import { Counter, type Registry } from "prom-client";
import type { Values } from "../../lib/configuration/mod.ts";
import { onError } from "../../lib/http/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { Accounts, type Identity } from "../accounts/mod.ts";
import type { Hear, OrderChannels, Store } from "../incidents/mod.ts";
import { messagesApi } from "./api.ts";
import { hearing } from "./hear.ts";
import { limitsOf, type operatorSettings } from "./settings.ts";
import { twilioWebhooks } from "./webhook.ts";

/** What the operator's routes need. */
export interface OperatorDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  readonly settings: Values<typeof operatorSettings>;
  /** Channels that news goes out on; default: the log. */
  readonly notify?: readonly string[];
  readonly orderChannels: OrderChannels;
  /** A model answers what the parser does not understand; needs the channel of {@linkcode questionChannel}. */
  readonly model?: boolean;
  readonly now?: () => Date;
  readonly accounts?: Accounts;
  /** People are called until one acknowledges. */
  readonly pages?: boolean;
  /** Whom a request to the API is from, once it was let in; default: somebody without a name who may act. */
  readonly identityOf?: (c: Context) => Identity;
  /** How long a webhook waits for an unavailable store, in milliseconds. */
  readonly patienceMs?: number;
}

/** `POST /webhook/twilio`, `POST /webhook/twilio/status` and `POST /api/incidents/{id}/messages`. */
export function operatorRoutes(deps: OperatorDeps): Hono {
  return createOperator(deps).routes;
}

/** Everything by which operators write: routes, and what takes in what a channel heard. */
export function createOperator(deps: OperatorDeps): { readonly routes: Hono; readonly hear: Hear } {
  const {
    store,
    log,
    registry,
    settings,
    notify = ["log"],
    orderChannels,
    model = false,
    now = () => new Date(),
    patienceMs = 8_000,
  } = deps;
  const counter = new Counter({
    name: "oncall_agent_operator_messages_total",
    help: "Operators' messages by source and outcome: handled, repeated, unheard, stranger, forged.",
    labelNames: ["source", "outcome"] as const,
    registers: [registry],
  });
  const missing = [!settings.twilioAuthToken && "TWILIO_AUTH_TOKEN", !settings.publicUrl && "PUBLIC_URL"]
    .filter((name) => typeof name === "string");
  if (missing.length > 0) log.info(`WhatsApp replies are skipped: set ${missing.join(" and ")} to enable them`);
  const limits = limitsOf(settings);
  const app = new Hono();
  app.onError(onError((error) => log.error("operator request failed", { error })));
  const accounts = deps.accounts ?? new Accounts({ store, now });
  const identityOf = deps.identityOf ?? (() => ({ name: "api", role: "act" }));
  const common = { store, counter, notify, orderChannels, model, now, limits };
  app.route("/", twilioWebhooks({ ...common, log, settings, patienceMs, accounts, pages: deps.pages }));
  app.route("/", messagesApi({ ...common, identityOf }));
  return { routes: app, hear: hearing({ ...common, log, accounts }) };
}
