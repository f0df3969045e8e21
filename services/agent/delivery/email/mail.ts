import type { IncidentView, OutboxEntry } from "../../incidents/mod.ts";
import { alertTitle } from "../words/page.ts";
import { cutAtSentence, oneLine } from "../words/text.ts";

/** An e-mail as nodemailer takes it. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an e-mail is made of. */
export interface MailParts {
  readonly row: OutboxEntry;
  readonly view: IncidentView | undefined;
  readonly text: string;
  readonly from: string;
  readonly to: string;
  /** Message-ID of the incident's first e-mail; undefined when this is it. */
  readonly root: string | undefined;
  /** Acknowledges; absent where nobody is asked to. */
  readonly link?: string | undefined;
}

/** The Message-ID of a row's e-mail: the same at each attempt, so that mail systems drop what arrives twice. */
export function mailId(row: Pick<OutboxEntry, "id">, from: string): string {
  return `<oncall.${row.id}@${from.slice(from.indexOf("@") + 1)}>`;
}

export function mailOf({ row, view, text, from, to, root, link }: MailParts): Mail {
  const subject = oneLine(
    view === undefined
      ? text.split("\n")[0]!
      : `[${view.code}] ${view.severity.toUpperCase()} ${view.service}: ${alertTitle(view)}`,
  );
  return {
    from,
    to,
    subject: `${root === undefined ? "" : "Re: "}${cutAtSentence(subject, 180)}`,
    text: link === undefined ? text : `${text}\n\nAcknowledge: ${link}`,
    html: htmlOf(text, link),
    messageId: mailId(row, from),
    ...(root === undefined ? {} : { inReplyTo: root, references: root }),
    // No vacation notes in answer to a page (RFC 3834).
    headers: { "auto-submitted": "auto-generated", "x-auto-response-suppress": "All" },
  };
}

function htmlOf(text: string, link: string | undefined): string {
  const button = link === undefined
    ? ""
    : `<p><a href="${escapedHtml(link)}" style="display:inline-block;padding:10px 18px;` +
      `background:#1a5fb4;color:#fff;text-decoration:none;border-radius:4px">Acknowledge</a></p>`;
  return `<!doctype html><html lang="en"><body style="font:15px/1.45 sans-serif">` +
    `<div style="white-space:pre-wrap">${escapedHtml(text)}</div>${button}</body></html>`;
}

export function escapedHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
