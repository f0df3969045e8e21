import { CliError, EXIT } from "../exit.ts";
import type { Frame } from "../frame.ts";
import { INCIDENT_HELP } from "../incident.ts";
import { NOTHING_DONE_HELP, REPLY_FLAGS, type ReplyFlags, say } from "./reply.ts";

const DURATION = /^(\d+(\.\d+)?)\s*(m|min|h|d)$/;

/** `oncall silence <incident> <duration>`: no notifications about it for some time. */
export function silence({ program, action }: Frame): void {
  program.command("silence")
    .summary("silence an incident's alerts for some time")
    .description("silence an incident's alerts in Alertmanager for some time")
    .argument("<incident>", INCIDENT_HELP)
    .argument("[duration]", "from 1m to 7d, e.g. 30m or 2h")
    .option("--end", "end the silence instead")
    .option(...REPLY_FLAGS.from)
    .option(...REPLY_FLAGS.wait)
    .addHelpText("after", NOTHING_DONE_HELP)
    .action(
      action(async (context, name: string, duration: string | undefined, flags: ReplyFlags & { end?: boolean }) => {
        if (flags.end === true) {
          if (duration !== undefined) throw new CliError(EXIT.usage, "give either a duration or --end");
          return await say(context, { name, text: "unsilence", flags });
        }
        if (duration === undefined) throw new CliError(EXIT.usage, "the duration is missing: give one, e.g. 30m or 2h");
        if (!DURATION.test(duration)) {
          throw new CliError(EXIT.usage, `${JSON.stringify(duration)} is not a duration: give one, e.g. 30m, 2h or 1d`);
        }
        return await say(context, { name, text: `silence ${duration}`, flags });
      }),
    );
}
