import * as v from "valibot";
import { list, optional, secret, type Setting, type Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings, matching } from "../../connections/mod.ts";
import { anySet, unset } from "../integration.ts";
import { consoleUrl } from "../links.ts";
import { peopleSetting } from "../people.ts";

const ADDRESS = /^[^\s@<>,;:"()[\]\\=]{1,64}@[A-Za-z0-9.-]{1,190}$/;
const EXPECTED = "expected e-mail addresses, e.g. oncall@example.com";
const MOST_RECIPIENTS = 20;

const recipients: Setting<readonly string[]> = {
  ...list({ env: "EMAIL_TO", help: "addresses that are paged, comma-separated" }),
  schema: v.pipe(
    list({ help: "" }).schema,
    v.array(v.pipe(v.string(), v.regex(ADDRESS, EXPECTED))),
    v.maxLength(MOST_RECIPIENTS, `expected at most ${MOST_RECIPIENTS} addresses; use a mailing list`),
  ),
};

/** Settings of e-mail. */
export const emailSettings = {
  smtpUrl: matching(
    { env: "SMTP_URL", help: "mail server: smtps://host (TLS), or smtp://host:587 (STARTTLS)" },
    /^smtps?:\/\/[A-Za-z0-9.-]{1,190}(?::\d{1,5})?\/?$/,
    "expected smtps://host:465 or smtp://host:587, without user and password: SMTP_USER and SMTP_PASSWORD have these",
  ),
  smtpUser: optional({ env: "SMTP_USER", help: "account at the mail server" }),
  smtpPassword: secret({ env: "SMTP_PASSWORD", help: "password of that account" }),
  emailFrom: matching({ env: "EMAIL_FROM", help: "address that e-mails come from" }, ADDRESS, EXPECTED),
  emailTo: recipients,
  emailOperators: peopleSetting(
    { env: "EMAIL_OPERATORS", help: "who may acknowledge by link: addresses and names, anna@example.com=anna" },
    ADDRESS,
    "addresses with names, e.g. anna@example.com=anna",
  ),
  emailLinkKey: {
    ...secret({ env: "EMAIL_LINK_KEY", help: "key that signs the links to acknowledge, 32 characters or more" }),
    schema: v.pipe(v.string(), v.minLength(32, "expected 32 characters or more (openssl rand -base64 32)")),
  } satisfies Setting<string | undefined>,
  publicUrl: connectionSettings.publicUrl,
  consoleUrl,
};

export type EmailValues = Values<typeof emailSettings>;

export function emailWanted(settings: EmailValues): boolean {
  const { smtpUrl, smtpUser, smtpPassword, emailFrom, emailTo, emailOperators, emailLinkKey } = settings;
  return anySet([smtpUrl, smtpUser, smtpPassword, emailFrom, emailTo, emailOperators, emailLinkKey]);
}

/** Variables without which no e-mail can leave. */
export function missingForEmail({ smtpUrl, smtpUser, smtpPassword, emailFrom, emailTo }: EmailValues): string[] {
  return [
    ...unset([["SMTP_URL", smtpUrl], ["EMAIL_FROM", emailFrom], ["EMAIL_TO", emailTo[0]]]),
    ...(smtpUser === undefined && smtpPassword !== undefined ? ["SMTP_USER"] : []),
    ...(smtpUser !== undefined && smtpPassword === undefined ? ["SMTP_PASSWORD"] : []),
  ];
}

/** Variables without which e-mails have no link to acknowledge. */
export function missingForLinks({ emailLinkKey, emailOperators, consoleUrl, publicUrl }: EmailValues): string[] {
  return unset([
    ["EMAIL_LINK_KEY", emailLinkKey],
    ["EMAIL_OPERATORS", emailOperators[0]],
    ["CONSOLE_URL", consoleUrl ?? publicUrl],
  ]);
}
