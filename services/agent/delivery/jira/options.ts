import type { JiraClient } from "./client.ts";
import type { TicketFields } from "./fields.ts";

/** What tickets are made with. */
export interface JiraOptions {
  readonly client: JiraClient;
  readonly project: string;
  readonly issueType: string;
  /** What the project wants of every ticket; default: nothing. */
  readonly ticketFields?: TicketFields;
  /** Name of the transition (or of the status that it leads to) taken when an incident resolves; undefined: none. */
  readonly resolveTransition: string | undefined;
  /** Base of links to the console. */
  readonly publicUrl: string | undefined;
  /** Channels on which a ticket that was not asked for there is told. */
  readonly tell: readonly string[];
  readonly now: () => Date;
}
