import { SENDER_CASES } from "./cases.ts";

/** The documentation's table of senders and the forms of theirs that are tried, in Markdown. */
export function sendersTable(): string {
  const rows = [...Map.groupBy(SENDER_CASES, ({ sender }) => sender)].map(([sender, cases]) =>
    `| ${sender} | ${cases.map(({ form }) => form).join("; ")} |`
  );
  return ["| sender | tested forms |", "| --- | --- |", ...rows].join("\n");
}
