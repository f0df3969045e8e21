import type { CliDeps } from "./frame.ts";
import { runCli } from "./program.ts";

/** A request that a fake part was sent. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Answers by `<METHOD> <port><path>` (of the default ports), as a body for 200 or a whole response. */
export type Answers = Readonly<Record<string, unknown>>;

/** What a command did. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
  readonly seen: readonly Seen[];
}

/** The moment at which commands run in tests. */
export const NOW = new Date("2026-03-01T12:00:00Z");

/** Runs a command line against fake parts; a part that answers nothing refuses the connection. */
export async function oncall(
  line: string | readonly string[],
  answers: Answers = {},
  deps: Partial<CliDeps> = {},
): Promise<Ran> {
  const seen: Seen[] = [];
  let out = "", error = "";
  const exitCode = await runCli(typeof line === "string" ? line.split(" ").filter(Boolean) : line, {
    async fetch(input, init) {
      const request = new Request(input, init);
      const { port, pathname } = new URL(request.url);
      const text = await request.text();
      seen.push({
        method: request.method,
        url: request.url,
        body: text === "" ? undefined : JSON.parse(text),
        headers: request.headers,
      });
      const key = `${request.method} ${port}${pathname}`;
      if (!(key in answers)) {
        if (!Object.keys(answers).some((known) => known.includes(` ${port}/`))) {
          throw new TypeError("connection refused");
        }
        return Response.json({ error: "not_found", message: `No route ${key}.` }, { status: 404 });
      }
      const answer = answers[key];
      const made = typeof answer === "function" ? await answer(request) : answer;
      return made instanceof Response ? made.clone() : Response.json(made);
    },
    env: () => undefined,
    dotEnv: {},
    write: (text) => out += text,
    writeError: (text) => error += text,
    isTerminal: false,
    columns: () => 80,
    now: () => NOW,
    sleep: () => Promise.resolve(),
    interrupted: new AbortController().signal,
    ...deps,
  });
  return { exitCode, out, error, seen };
}
