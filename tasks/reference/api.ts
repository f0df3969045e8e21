import { apiWords, type RouteWords } from "./api_words.ts";
import { code, table } from "./markdown.ts";
import type { Observed, Route } from "./observe.ts";
import { fieldsOf } from "./schema.ts";

/**
 * The page of HTTP routes.
 *
 * @throws {Error} naming the routes without words, and the words without a route.
 */
export function apiPage(observed: readonly Observed[]): string {
  const problems: string[] = [];
  let text = `# HTTP API

All bodies are JSON unless said otherwise; unknown fields are refused unless said otherwise. An error's body is
\`{"error": "<stable code>", "message": "<what to do about it>"}\` with a fitting 4xx or 5xx status: 400 \`invalid_json\` or
\`invalid_input\` (naming every wrong field), 404 \`not_found\`, 500 \`internal_error\`, 503 \`store_unavailable\`. All servers
listen on 127.0.0.1 unless told otherwise; their ports are in [configuration](configuration.md).

Whatever writes through the agent's \`/api/\` needs the value of \`CONSOLE_TOKEN\` as a bearer token; where that is not set,
only requests from this machine may write (401, 403).
`;
  for (const { executable, routes } of observed) {
    const words = apiWords[executable] ?? {};
    const api = routes.filter((route) => !isPage(route));
    const names = new Set(api.map(({ method, path }) => `${method} ${path}`));
    problems.push(
      ...[...names].filter((name) => words[name] === undefined).map((name) => `${executable} ${name}: no words`),
      ...Object.keys(words).filter((name) => !names.has(name)).map((name) => `${executable} ${name}: no such route`),
    );
    text += `\n## ${executable}\n`;
    for (const [name, about] of Object.entries(words)) text += route(name, about);
    const pages = routes.filter((route) => isPage(route) && !route.path.startsWith("/console/"));
    if (pages.length > 0) {
      text += `\n### Pages of the web console\n\n${
        pages.map(({ path }) => `- [\`${path}\`]`.replace(/[[\]]/g, "")).join("\n")
      }\n`;
    }
  }
  if (problems.length > 0) throw new Error(`tasks/reference/api_words.ts: ${problems.join("; ")}`);
  return text;
}

/** Whether a route is a page for people, or serves one. */
function isPage({ path }: Route): boolean {
  return path === "/" || /^\/(console|incidents|agent|lab)(\/|$)/.test(path);
}

function route(name: string, { does, body, query, answers }: RouteWords): string {
  let text = `\n### ${name}\n\n${does}\n`;
  if (query !== undefined) text += `\n${fields("Query", query)}`;
  if (body !== undefined) text += `\n${fields("Body", body)}`;
  if (answers !== undefined) text += `\n\`\`\`json\n${json(answers)}\n\`\`\`\n`;
  return text;
}

/** What is short on one line, as one would write it. */
function json(value: unknown): string {
  const line = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ").replaceAll(/\[ (.*?) \]/g, "[$1]");
  return line.length <= 110 ? line : JSON.stringify(value, null, 2);
}

function fields(what: string, schema: NonNullable<RouteWords["body"]>): string {
  return table(
    [what, "Value", "Required", "Default"],
    fieldsOf(schema).map(({ name, accepts, required, fallback }) => [
      code(name),
      accepts,
      required ? "yes" : "",
      code(fallback.replace(/^"(.*)"$/, "$1")),
    ]),
  );
}
