import { postmortem as written } from "../../lib/postmortem/mod.ts";
import { EXIT } from "../exit.ts";
import type { Frame } from "../frame.ts";
import { findIncident, INCIDENT_HELP } from "../incident.ts";

/** `oncall postmortem <incident>`: the incident as a document. */
export function postmortem({ program, action }: Frame): void {
  program.command("postmortem")
    .summary("write one as a postmortem in Markdown")
    .description("write an incident as a postmortem in Markdown, to stdout")
    .argument("[incident]", INCIDENT_HELP, "latest")
    .action(action(async (context, name: string) => {
      const incident = await findIncident(context, name);
      const text = written(incident);
      if (context.json) context.out.json({ incident: incident.id, code: incident.code, markdown: text });
      else context.out.raw(text);
      return EXIT.ok;
    }));
}
