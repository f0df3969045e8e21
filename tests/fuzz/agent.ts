import { request as send } from "node:http";
import { agentProgram, agentSettings, start } from "../../services/agent/mod.ts";
import { readSettings } from "../../services/lib/configuration/mod.ts";
import { type LogFields, silentLogger } from "../../services/lib/telemetry/mod.ts";

/** A request as it is sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An agent in this process with a store in memory and nobody around it. */
export interface FuzzedAgent {
  /** Sends a request. @throws when it is not answered as it has to be. */
  send(sent: Sent): Promise<number>;
  close(): Promise<void>;
}

/** After so many requests the agent begins anew, with an empty store. */
const REQUESTS_PER_AGENT = 300;
const NOWHERE = "http://127.0.0.1:1";
const nobody = () => Promise.reject(new TypeError("nobody is there"));

/** Starts it with these variables. */
export async function fuzzedAgent(env: Readonly<Record<string, string>> = {}): Promise<FuzzedAgent> {
  const all: Record<string, string> = {
    AGENT_PORT: "0",
    ONCALL_STORE: "sqlite::memory:",
    RUN_DIR: await Deno.makeTempDir({ prefix: "fuzz-" }),
    PROM_URL: NOWHERE,
    LB_URL: NOWHERE,
    ALERTMANAGER_URL: NOWHERE,
    PM_URL: NOWHERE,
    INVESTIGATIONS: "1",
    RECONCILE_EVERY: "0",
    ...env,
  };
  const options = readSettings(agentProgram, agentSettings, { args: [], env: (name) => all[name], dotEnv: {} });
  let failure = "";
  const log = {
    ...silentLogger,
    error: (_: string, { error }: LogFields = {}) =>
      failure = error instanceof Error ? error.stack ?? error.message : "",
  };
  const begin = () => start(options, { fetch: nobody, log });
  let agent = await begin();
  let sent = 0;
  return {
    async send(one) {
      if (++sent % REQUESTS_PER_AGENT === 0) {
        await agent.stop();
        agent = await begin();
      }
      return await answered(agent.addr.port, one).catch((error) => {
        throw new Error(`${error.message}: ${failure}`, { cause: error });
      });
    },
    async close() {
      await agent.stop();
      await Deno.remove(all.RUN_DIR!, { recursive: true });
    },
  };
}

async function answered(port: number, { method, path, headers, body }: Sent): Promise<number> {
  const { status, type, text } = await new Promise<{ status: number; type: string; text: string }>(
    (resolve, reject) => {
      const request = send({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
        const status = response.statusCode ?? 0;
        const type = response.headers["content-type"] ?? "";
        const chunks: Uint8Array[] = [];
        const done = () =>
          resolve({
            status,
            type,
            text: new TextDecoder().decode(Uint8Array.from(chunks.flatMap((c) => [...c.subarray(0, 65_536)]))),
          });
        // A stream of events has no end.
        if (type.startsWith("text/event-stream")) {
          response.destroy();
          return done();
        }
        response.on("data", (chunk) => chunks.length < 4 && chunks.push(chunk));
        response.on("end", done);
        response.on("error", reject);
      });
      request.on("error", (error) => {
        // What is refused while it is sent may end the connection before its answer is read.
        if (["ECONNRESET", "EPIPE"].includes((error as { code?: string }).code ?? "")) {
          resolve({ status: 400, type: "", text: "" });
        } else reject(error);
      });
      request.end(body);
    },
  );
  if (status >= 500 && status !== 503) throw new Error(`answered ${status}: ${text.slice(0, 300)}`);
  if (status >= 400 && method !== "HEAD" && type.startsWith("application/json")) {
    const { error, message } = JSON.parse(text) as { error?: unknown; message?: unknown };
    if (typeof error !== "string" || typeof message !== "string") {
      throw new Error(`answered ${status} with ${text.slice(0, 300)}`);
    }
  }
  return status;
}

/** A path as a request line may hold it. */
export function asPath(text: string): string {
  return `/${text}`.replaceAll(/[^\x21-\x7e]/g, (c) => `%${(c.codePointAt(0)! & 0xff).toString(16).padStart(2, "0")}`)
    .slice(0, 4_000);
}
