import type { Context, MiddlewareHandler } from "hono";
import { ApiError } from "../http/mod.ts";
import type { Access } from "./access.ts";
import { type Call, callOf, isForeign, isForwarded } from "./call.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);
/** Types of bodies that a page can send without asking the server first, and that are no JSON in disguise. */
const FOREIGN_TYPE =
  /^(multipart\/|text\/(?!plain|json)|image\/|audio\/|video\/|application\/(?!json|x-www-form-urlencoded|[\w.-]+\+json))/i;

/** The error for a request that was sent to a name which is not this server's. */
export function unknownHost({ host }: Call): ApiError {
  const name = host.replaceAll(/[^\w.:[\]-]/g, "?").slice(0, 100);
  return new ApiError(
    403,
    "unknown_host",
    `This server is not known as ${name}: call it by its own name, or add the name to ALLOWED_HOSTS.`,
  );
}

/** The error for a page of another site. */
export function foreignPage(): ApiError {
  return new ApiError(403, "cross_origin", "Pages of other sites may not call this: use curl or the command line.");
}

/** The error for someone who has to show a token of `variable`. */
export function tokenNeeded(variable: string, configured: boolean): ApiError {
  return configured
    ? new ApiError(401, "unauthorized", `Send the value of ${variable} as a bearer token.`)
    : new ApiError(403, "forbidden", `Only programs of this machine may call this: set ${variable} to allow others.`);
}

/** Why somebody may not call an operators' route; undefined for who may. */
export function refusalOf(call: Call, access: Access): ApiError | undefined {
  if (access.holdsToken(call)) return undefined;
  if (isForeign(call)) return foreignPage();
  if (!access.knowsHost(call)) return unknownHost(call);
  return access.isLocal(call) ? undefined : tokenNeeded("ONCALL_TOKEN", access.hasToken);
}

/**
 * Lets through whom {@linkcode Access} allows: else 403 for a page of another site or a foreign name, 401 or 403 for
 * anybody else, and 415 for a body that is no JSON.
 */
export function guarded(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const call = callOf(c);
    const refusal = refusalOf(call, access);
    if (refusal !== undefined) throw refusal;
    if (!access.holdsToken(call)) {
      const type = call.header("content-type");
      if (!READS.has(c.req.method) && type !== undefined && FOREIGN_TYPE.test(type)) {
        throw new ApiError(415, "unsupported_media_type", "Send JSON, with content-type: application/json.");
      }
    }
    await next();
  };
}

/** What everybody may know of a server: that it is alive, and whether it is the same one as before. */
interface Alive {
  readonly ok: boolean;
  readonly name: string;
  readonly instance_id?: string | undefined;
}

/** The body of `/healthz` for `c`: strangers are only told that the server is alive. */
export function aliveOnly<T extends Alive>(
  c: Context,
  { access, body }: { readonly access: Access; readonly body: T },
): T | Alive {
  const call = callOf(c);
  if (access.allows(call)) return body;
  if (!access.knowsHost(call)) throw unknownHost(call);
  const { ok, name, instance_id } = body;
  return { ok, name, ...(instance_id === undefined ? {} : { instance_id }) };
}

/** Refuses (403) everything unless the lab is on. */
export function labOnly(on: boolean): MiddlewareHandler {
  return async (_c, next) => {
    if (!on) throw new ApiError(403, "lab_off", "Faults are not set here: start it with ONCALL_LAB=1 to allow that.");
    await next();
  };
}

/** Refuses (403) requests that came through a proxy, except from holders of the token. */
export function notThroughProxies(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const call = callOf(c);
    if (isForwarded(call) && !access.holdsToken(call)) {
      throw new ApiError(
        403,
        "forbidden",
        "This is not served through a proxy: call the instance itself, or the manager.",
      );
    }
    await next();
  };
}
