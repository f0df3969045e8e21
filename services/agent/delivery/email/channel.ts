import { ANSWER_KINDS, NEWS_KINDS, type OutboxKind } from "../../incidents/mod.ts";
import type { Channel, Effects, Letter, SendResult } from "../channel.ts";
import type { Making } from "../integration.ts";
import { type NamedPerson } from "../people.ts";
import { messageText } from "../words/render.ts";
import { linkToken } from "./link.ts";
import { mailId, mailOf } from "./mail.ts";
import { type MailFailure, type MailServer, sendMail } from "./transport.ts";

/** How e-mails leave. */
export interface EmailOptions extends Pick<Making, "onCall" | "recall"> {
  readonly server: MailServer;
  readonly from: string;
  /** Who is told when a row names nobody and nobody is on call. */
  readonly to: readonly string[];
  readonly consoleUrl?: string | undefined;
  /** What links to acknowledge need; without it there are none. */
  readonly links?: { readonly base: string; readonly key: string; readonly people: readonly NamedPerson[] } | undefined;
}

/** How long a link acknowledges, in milliseconds. */
export const LINK_MS = 24 * 3_600_000;
const ASKING: ReadonlySet<OutboxKind> = new Set<OutboxKind>(["diagnosis", "diagnosis_revised", "escalation", "joined"]);

/**
 * E-mail by SMTP: one for each recipient, each kept in the receipt once it is handed in, and all on an incident in one
 * thread. A mail server cannot be asked what it has: one whose answer was lost gets the e-mail again, under the same Message-ID.
 */
export function emailChannel(options: EmailOptions): Channel {
  const { server, from, links, recall } = options;

  function linkFor({ row, view }: Letter, address: string): string | undefined {
    if (links === undefined || view === undefined || view.state === "resolved" || !ASKING.has(row.kind)) {
      return undefined;
    }
    if (!links.people.some((one) => isSame(one.id, address))) return undefined;
    // From the row, so that a retry has the same text.
    const expires = Date.parse(row.created_at) + LINK_MS;
    const token = linkToken({ incident: view.id, address, expires }, links.key);
    return `${links.base.replace(/\/$/, "")}/email/acknowledge?token=${token}`;
  }

  return {
    name: "email",
    news: true,
    readBy: "people",
    rationed: true,
    takes: [...NEWS_KINDS, ...ANSWER_KINDS, "other"],
    render: (row, view) => messageText(row, view, { consoleUrl: options.consoleUrl }),

    async send(letter, keep): Promise<SendResult> {
      const { row, view, text } = letter;
      const to = row.payload.to ?? options.onCall?.("email", view, row.created_at);
      const key = `email/thread/${view?.id}`;
      const known = view === undefined ? undefined : await recall(key);
      const own = mailId(row, from);
      const root = known === undefined || known === own ? undefined : known;
      const parts: string[] = Array.isArray(row.receipt?.parts) ? [...row.receipt.parts] : [];
      const refused: string[] = [];
      const addresses = to === undefined ? options.to : [to];
      for (const [i, address] of addresses.entries()) {
        if (parts.includes(address)) continue;
        const mail = mailOf({ row, view, text, from, to: address, root, link: linkFor(letter, address) });
        const failure = await sendMail(mail, server);
        if (failure === undefined) {
          parts.push(address);
          await keep({ parts });
        } else if (failure.permanent) refused.push(`recipient ${i + 1} of ${addresses.length}: ${failure.reason}`);
        else return retry(failure);
      }
      const effects: Effects = async (tx) => {
        if (view !== undefined && root === undefined && parts.length > 0) {
          await tx.saveSetting(key, own, { incident_id: view.id });
        }
      };
      if (refused.length === 0) return { outcome: "sent", receipt: { parts, message_id: own }, effects };
      return { outcome: "permanent", reason: refused.join("; "), effects };
    },
  };
}

function retry({ reason, maybeSent }: MailFailure): SendResult {
  return { outcome: "retryable", reason, maybeSent };
}

/** Whether two texts are the same address. */
export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
