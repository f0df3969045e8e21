/** `deno task texts`: every message and document that can leave the agent, as a phone's bubble shows it. */
import { sampleDocuments, sampleTexts } from "../../services/agent/delivery/testing/texts.ts";
import { orderTexts } from "../../services/agent/delivery/testing/order_texts.ts";
import { operatorTexts } from "../../services/agent/operator/testing/texts.ts";
import { agentTexts } from "./agent_texts.ts";

// About what fits into a line of a message on a phone.
const COLUMNS = 35;

if (Deno.args.length > 0) {
  console.error(`texts: it takes no arguments, got ${Deno.args[0]}`);
  Deno.exit(2);
}
const texts = [
  ...sampleTexts(),
  ...await operatorTexts(),
  ...await orderTexts(),
  ...await agentTexts(),
  ...sampleDocuments(),
];
for (const { name, text } of texts) {
  console.log(`## ${name}\n`);
  console.log(text.split("\n").flatMap(wrapped).map((line) => `  | ${line}`).join("\n"));
  console.log();
}

/** Lines of at most {@linkcode COLUMNS} characters, broken between words where that is possible. */
function wrapped(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > COLUMNS) {
    const space = rest.lastIndexOf(" ", COLUMNS);
    const end = space > 0 ? space : COLUMNS;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
