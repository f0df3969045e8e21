import { CASES } from "../../services/agent/investigation/sources/logs/cases/mod.ts";
import { STACK_CASES } from "../../services/agent/investigation/sources/logs/stacks/testing/mod.ts";
import { ENDPOINTS } from "../../services/agent/model/testing/endpoints/mod.ts";
import { table } from "./markdown.ts";

/** The page of what other people's systems may send: every row is a test. */
export function understoodPage(): string {
  const logs = Object.values(CASES).flat();
  return `# Supported formats

Loggers, languages and model endpoints from the tests: at least one test reads each format below and checks the result. The
agent also reads formats that resemble one of these; if it cannot read a log, the diagnosis says so and shows a line. The senders of alerts have [their own page](../senders.md).

## Log lines

${logs.length} formats of lines and entries.

${grouped(["Language", "Loggers"], logs.map(({ language, logger }) => [language, logger]))}

## Stack traces

${STACK_CASES.length} traces. The cause is the innermost frame of the application in the root cause's trace.

${grouped(["Language", "Forms"], STACK_CASES.map(({ language, form }) => [language, form]))}

## Model endpoints

Each habit is tried against a mock server that follows the endpoint's published behavior; no real endpoint was asked.

${
    grouped(
      ["Endpoint", "Habits"],
      ENDPOINTS.flatMap(({ endpoint, habits }) => habits.map(({ name }) => [endpoint, name])),
    )
  }`;
}

/** One row for each first cell, in order of appearance, with all second cells beside it. */
function grouped(head: readonly [string, string], rows: readonly (readonly string[])[]): string {
  const groups = Map.groupBy(rows, ([first]) => first!);
  return table(
    [...head],
    [...groups].map(([first, found]) => [first, [...new Set(found.map(([, second]) => second!))].join("; ")]),
  );
}
