import { ConfigurationError, explainDenied, VERSION } from "../configuration/mod.ts";
import { type Handler, Server, type ServerOptions } from "../server/mod.ts";

/** A started role. */
export interface Running {
  /** Its address; `port` is the real one when 0 was requested. */
  readonly addr: { readonly hostname: string; readonly port: number };
  /** Stops accepting, drains, releases; safe to call twice. */
  stop(): Promise<void>;
}

/** Where and how to serve. */
export interface ServeOptions extends ServerOptions {
  /** How long requests in flight may take once stopping, in milliseconds. */
  readonly drainMs?: number;
}

/** Identifies this process, even where process ids are equal, as in containers. */
export const INSTANCE: string = crypto.randomUUID();

/** The fields that every role's `GET /healthz` begins with. */
export interface Identity {
  readonly ok: true;
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  readonly instance_id: string;
}

/** Body of every role's `GET /healthz`, before its own fields. */
export function identity(name: string): Identity {
  return { ok: true, name, version: VERSION, pid: Deno.pid, instance_id: INSTANCE };
}

/**
 * Serves `handler` over HTTP/1.1 until stopped, within limits (see `lib/server`).
 *
 * @throws {ConfigurationError} when the port cannot be had, naming who has it if it says so under `/healthz`.
 */
export async function serve(handler: Handler, options: ServeOptions): Promise<Running> {
  const { hostname, port, drainMs = 10_000 } = options;
  let server: Server;
  try {
    server = new Server(handler, options);
  } catch (cause) {
    throw await cannotListen(hostname, port, cause);
  }
  let stopping: Promise<void> | undefined;
  return { addr: server.addr, stop: () => stopping ??= server.stop(drainMs) };
}

/** The error for a port that cannot be used: one line that names its owner, or how to find it. */
export async function cannotListen(hostname: string, port: number, cause: unknown): Promise<ConfigurationError> {
  if (!(cause instanceof Deno.errors.AddrInUse)) {
    const reason = explainDenied(cause) ?? notHere(hostname, cause) ??
      (cause instanceof Error ? cause.message : String(cause));
    return new ConfigurationError(`Cannot listen on ${hostname}:${port}: ${reason}`, { cause });
  }
  const owner = await whoAnswers(hostname, port);
  return new ConfigurationError(
    `port ${port} is taken by ${owner ?? `another program (find it with: ss -ltnp 'sport = :${port}')`}`,
    { cause },
  );
}

/** An address of another machine, in words. */
function notHere(hostname: string, cause: unknown): string | undefined {
  if (!(cause instanceof Deno.errors.AddrNotAvailable)) return undefined;
  return `${hostname} is no address of this machine; use 127.0.0.1, 0.0.0.0, or one that \`ip addr\` shows (a build with ` +
    `fixed hosts needs ONCALL_ALLOW_NET=${hostname} for it)`;
}

async function whoAnswers(hostname: string, port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${hostname}:${port}/healthz`, { signal: AbortSignal.timeout(1_000) });
    const body = await response.json();
    return typeof body.name === "string" ? `${body.name} ${body.version}, process ${body.pid}` : undefined;
  } catch {
    return undefined;
  }
}
