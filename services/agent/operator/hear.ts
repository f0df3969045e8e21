import type { Counter } from "prom-client";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Accounts } from "../accounts/mod.ts";
import { type Hear, incidentOfMessage } from "../incidents/mod.ts";
import { type HandleDeps, handleInbound } from "./handle.ts";

/** What hearing needs. */
export interface HearDeps extends HandleDeps {
  readonly accounts: Accounts;
  readonly log: Logger;
  /** Counts messages by `source` and `outcome`. */
  readonly counter: Counter<"source" | "outcome">;
}

/**
 * Takes in what people say on any channel. Whoever is named by a channel's settings gives orders by that name; an account of
 * that name says what its person may do, and a disabled one nothing.
 */
export function hearing(deps: HearDeps): Hear {
  const { accounts, log, counter, store } = deps;
  const ofOurs = (message: string) => store.transact((tx) => incidentOfMessage(tx, message));
  return async ({ id, channel, to, from, person, text, incident, repliedTo, onlyIfOurs = false }) => {
    if (onlyIfOurs && (repliedTo === undefined || await ofOurs(repliedTo) === undefined)) return "unheard";
    const account = person === undefined ? undefined : await accounts.byName(person);
    if (person === undefined || account?.disabled_at !== undefined) {
      counter.inc({ source: channel, outcome: "stranger" });
      const why = person === undefined ? "not among the people of that channel" : "the account is disabled";
      log.warn("ignored a message of somebody who may give no orders", { channel, from: masked(from), why });
      return "stranger";
    }
    const sender = account?.name ?? person;
    const handled = await handleInbound({
      id,
      sender,
      by: `${channel}:${sender}`,
      ...(account === undefined ? {} : { role: account.role }),
      text,
      reply: { channel, ...(to === undefined ? {} : { to }) },
      ...(incident === undefined ? {} : { incident }),
      ...(repliedTo === undefined ? {} : { repliedTo }),
    }, deps);
    const { outcome, understood } = handled;
    counter.inc({ source: channel, outcome });
    log.info("operator message received", { message: id, outcome, incident: handled.incident?.code, understood });
    return outcome;
  };
}

/** A stranger's name without its middle. */
function masked(name: string): string {
  return name.length < 7 ? "…" : `${name.slice(0, 3)}…${name.slice(-2)}`;
}
