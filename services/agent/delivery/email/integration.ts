import { type Check, failed, ok, skipped } from "../check.ts";
import type { Integration } from "../integration.ts";
import { emailChannel } from "./channel.ts";
import { acknowledgeRoutes } from "./routes.ts";
import { emailSettings, type EmailValues, emailWanted, missingForEmail, missingForLinks } from "./settings.ts";
import { type MailServer, tryServer } from "./transport.ts";

export const email = {
  name: "E-mail",
  settings: emailSettings,
  wanted: emailWanted,
  missing: missingForEmail,
  create: (settings, { onCall, recall }) =>
    emailChannel({
      server: serverOf(settings),
      from: settings.emailFrom!,
      to: settings.emailTo,
      consoleUrl: settings.consoleUrl ?? settings.publicUrl,
      links: missingForLinks(settings).length > 0 ? undefined : {
        base: settings.consoleUrl ?? settings.publicUrl!,
        key: settings.emailLinkKey!,
        people: settings.emailOperators,
      },
      onCall,
      recall,
    }),
  listen(settings, listening) {
    const missing = missingForLinks(settings);
    if (missing.length === 0) {
      return acknowledgeRoutes({ key: settings.emailLinkKey!, people: settings.emailOperators }, listening);
    }
    listening.log.info(`Acknowledging by e-mail is skipped: set ${missing.join(" and ")} to enable it`);
    return {};
  },
  checks: (settings) => [check(settings)],
} as const satisfies Integration<EmailValues>;

function serverOf({ smtpUrl, smtpUser, smtpPassword, emailFrom }: EmailValues): MailServer {
  const domain = emailFrom!.slice(emailFrom!.indexOf("@") + 1);
  return { url: smtpUrl!, user: smtpUser, password: smtpPassword, domain };
}

async function check(settings: EmailValues): Promise<Check> {
  const name = "E-mail";
  const missing = missingForEmail(settings);
  if (missing.length > 0) return skipped(name, missing);
  const failure = await tryServer(serverOf(settings));
  if (failure !== undefined) return failed(name, failure.reason);
  const { length } = settings.emailTo;
  return ok(
    name,
    `${new URL(settings.smtpUrl!).host} takes mail; pages go to ${length} ${length === 1 ? "address" : "addresses"}`,
  );
}
