import { dirname, join } from "node:path";
import { ROOT } from "../../tasks/build/mod.ts";
import { npmProgram } from "./npm_programs.ts";
import { freePort } from "./ports.ts";
import { until } from "./wait.ts";

/** Where the published descriptions are, outside the project. */
const CONTRACTS = join(dirname(ROOT), "shared", "contracts");

/** The mock servers: the npm package, its program, and how that is started. */
const PROGRAMS = {
  steady: {
    pkg: "@stdy/cli@0.22.2",
    name: "steady",
    args: (port: number, file: string) => ["--host", "127.0.0.1", "-p", String(port), "--log-format", "json", file],
  },
  prism: {
    pkg: "@stoplight/prism-cli@5.14.2",
    name: "prism",
    args: (port: number, file: string) => ["mock", "-h", "127.0.0.1", "-p", String(port), file],
  },
} as const;

/** Which mock server. */
export type Mock = keyof typeof PROGRAMS;

/** A request as it left. */
export interface Left {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A mock server on a published description. */
export interface RunningMock extends AsyncDisposable {
  /** What the description has against a request; undefined when nothing. */
  violation(request: Left): Promise<string | undefined>;
}

/** A published file; undefined where the descriptions are not at hand. */
export async function contract(name: string): Promise<string | undefined> {
  const path = join(CONTRACTS, name);
  return await Deno.stat(path).then(() => path, () => undefined);
}

/** Why these mock servers cannot be had, in one line; undefined where they are in npx's cache or could be fetched. */
export async function mocksMissing(...mocks: readonly Mock[]): Promise<string | undefined> {
  for (const mock of mocks) {
    const program = await npmProgram(PROGRAMS[mock].pkg, PROGRAMS[mock].name);
    if ("why" in program) return program.why;
  }
}

/** Starts a mock server on a published description. @throws where it cannot be had: ask {@linkcode mocksMissing} first. */
export async function startMock(mock: Mock, file: string): Promise<RunningMock> {
  const { pkg, name, args } = PROGRAMS[mock];
  const program = await npmProgram(pkg, name);
  if ("why" in program) throw new Error(program.why);
  const port = freePort();
  const child = new Deno.Command(program.path, {
    args: args(port, file),
    stdin: "null",
    stdout: "null",
    stderr: "null",
    // What is started may start the server as a child of its own: the group is what ends.
    detached: true,
  }).spawn();
  let ended = false;
  const status = child.status.then((s) => (ended = true, s));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (!ended) Deno.kill(-child.pid, "SIGTERM");
    await status;
  };
  try {
    await until(`${mock} serves ${file}`, async () => {
      if (ended) return true;
      const response = await fetch(url);
      await response.body?.cancel();
      return true;
    }, { timeoutMs: 120_000, everyMs: 100 });
    if (ended) throw new Error(`${mock} ended instead of serving ${file}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { violation: (request) => violationOf(mock, url, request), [Symbol.asyncDispose]: stop };
}

async function violationOf(
  mock: Mock,
  url: string,
  { method, target, headers, body }: Left,
): Promise<string | undefined> {
  const response = await fetch(url + target, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const what = `${method} ${target} ${body ?? ""}`.slice(0, 400);
  if (mock === "steady") {
    const errors = response.headers.get("x-steady-error-count");
    if (errors === "0" && response.status < 400) return undefined;
    const messages = [...response.headers].filter(([name]) => /^x-steady-error-\d+-(path|message)$/.test(name));
    return `${response.status} for ${what}: ${messages.map(([, value]) => value).join("; ") || text.slice(0, 300)}`;
  }
  // What Prism finds in its own answers is no fault of the request.
  const violations = (JSON.parse(response.headers.get("sl-violations") ?? "[]") as { location: string[] }[])
    .filter(({ location }) => location[0] === "request");
  if (response.status < 400 && violations.length === 0) return undefined;
  return `${response.status} for ${what}: ${violations.length > 0 ? JSON.stringify(violations) : text.slice(0, 600)}`;
}

/** A fetch that keeps every request that goes through it. */
export function recordingFetch(): { fetch: typeof fetch; left: Left[] } {
  const left: Left[] = [];
  return {
    left,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const body = request.body === null ? undefined : await request.clone().text();
      const headers = Object.fromEntries([...request.headers].filter(([name]) => name !== "content-length"));
      left.push({ method: request.method, target: pathname + search, headers, body });
      return await fetch(request);
    },
  };
}
