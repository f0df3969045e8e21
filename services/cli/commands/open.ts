import { EXIT } from "../exit.ts";
import type { Frame } from "../frame.ts";
import { findIncident, INCIDENT_HELP } from "../incident.ts";

/** What opens an address in the user's browser, on Linux and on macOS. */
const OPENERS = ["xdg-open", "open"];

/** `oncall open [incident]`: the console in a browser. */
export function open({ program, action }: Frame): void {
  program.command("open")
    .summary("open the console in a browser")
    .description("open the console in a browser, and print its address")
    .argument("[incident]", INCIDENT_HELP)
    .action(action(async (context, name: string | undefined) => {
      const { addresses, out, json, deps } = context;
      const incident = name === undefined ? undefined : await findIncident(context, name);
      const page = incident === undefined ? "/" : `/incidents/${encodeURIComponent(incident.code)}`;
      const url = addresses.agent + page;
      if (json) out.json({ url });
      else out.line(url);
      // In a script, only the address is needed.
      if (out.isTerminal && !json) {
        for (const opener of OPENERS) if (await deps.run(opener, [url], { quiet: true }) === 0) break;
      }
      return EXIT.ok;
    }));
}
