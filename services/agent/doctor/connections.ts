import {
  type Access,
  type Connection,
  type Connections,
  familyOf,
  secretAt,
  SecretMissing,
  senderOf,
} from "../connections/mod.ts";
import type { Check, Outgoing } from "../delivery/mod.ts";
import { failed, get, type Got, ok, skipped } from "./look.ts";

const NAME = "Connection";

/** Of each connection: whether it answers, and takes the credentials and the tenant. */
export async function connectionChecks(
  connections: Connections,
  { outgoing, file }: { readonly outgoing: Outgoing; readonly file: string },
): Promise<Check[]> {
  const found = await Promise.all(
    Object.entries(connections).map(([name, connection]) =>
      checkOf(`${name} (${connection.kind})`, connection, { outgoing, file })
    ),
  );
  return found.flat();
}

interface Looked {
  readonly outgoing: Outgoing;
  readonly file: string;
}

async function checkOf(what: string, connection: Connection, looked: Looked): Promise<Check[]> {
  switch (connection.kind) {
    case "checkout":
    case "docker":
      return [await folder(what, connection.folder)];
    case "file":
      return [
        connection.folder === undefined
          ? ok(NAME, `${what}: files by their paths`)
          : await folder(what, connection.folder),
      ];
    case "journald":
      if (connection.url === undefined) return [ok(NAME, `${what}: this machine's journal; see the services' logs`)];
      return [await probe(what, connection, { ...looked, url: `${connection.url}/machine` })];
    case "webhook":
      return [webhook(what, connection)];
    case "kubernetes":
      return [skipped(NAME, `${what}: checked when an alert names an object of it`)];
    default:
      return await Promise.all(
        [connection.url].flat().map((url) =>
          probe(what, connection, { ...looked, url: `${url}${pathOf(connection, url)}` })
        ),
      );
  }
}

/** A request that costs little and needs the right to read. */
function pathOf(connection: Connection, url: string): string {
  switch (familyOf(connection.kind)) {
    case "prometheus":
      return "/api/v1/query?query=1";
    case "alertmanager":
      return "/api/v2/status";
    case "loki":
      return "/loki/api/v1/labels";
    case "elasticsearch":
      return `/${
        "index" in connection && connection.index ? encodeURIComponent(connection.index) : "*"
      }/_search?size=0`;
    case "victorialogs":
      return "/select/logsql/query?query=*&limit=1";
    case "tempo":
      return "/api/search?limit=1";
    case "jaeger":
      return "/api/services";
    case "github":
      return "repository" in connection && connection.repository ? `/repos/${connection.repository}` : "/rate_limit";
    case "gitlab":
      return `${url.endsWith("/api/v4") ? "" : "/api/v4"}/projects?per_page=1&membership=true`;
    case "gitea":
      return `${url.endsWith("/api/v1") ? "" : "/api/v1"}/version`;
    case "argocd":
      return "/api/v1/applications?fields=items.metadata.name";
    default:
      return "/version";
  }
}

async function probe(
  what: string,
  connection: Connection,
  { outgoing, file, url }: Looked & { readonly url: string },
): Promise<Check> {
  const tenantHeaders = familyOf(connection.kind) === "victorialogs"
    ? (tenant: string) => ({ AccountID: tenant.split(":")[0]!, ProjectID: tenant.split(":")[1] ?? "0" })
    : undefined;
  const sender = senderOf(connection as Access, { fetch: outgoing.fetch, ...(tenantHeaders ? { tenantHeaders } : {}) });
  let missing: SecretMissing | undefined;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    try {
      return await sender.fetch(input, init);
    } catch (error) {
      if (error instanceof SecretMissing) missing = error;
      throw error;
    }
  };
  try {
    const asked = await get(url, { ...outgoing, fetch });
    if (missing !== undefined) return failed(NAME, `${what}: ${missing.message}`);
    return judged(what, asked, { connection, file, url });
  } finally {
    sender.close();
  }
}

function judged(
  what: string,
  { status, problem, body }: Got,
  { connection, file, url }: { readonly connection: Connection; readonly file: string; readonly url: string },
): Check {
  const { origin, pathname } = new URL(url);
  if (problem === undefined) return ok(NAME, `${what}: ${origin} answers`);
  if (status === undefined) {
    return failed(NAME, `${what}: ${problem} (${origin}): start it, or check its url in ${file}`);
  }
  const named = credentialsNamed(connection as Access);
  const said = JSON.stringify(body ?? "").slice(0, 200);
  if (status === 401 && /org id/i.test(said)) return failed(NAME, `${what}: it wants a tenant: set tenant in ${file}`);
  if (status === 401 || status === 403) {
    return failed(
      NAME,
      `${what}: it refuses (${status}): ${
        named === ""
          ? `name credentials in ${file} (token_env, username and password_env, headers)`
          : `check what ${named} holds, and its rights`
      }`,
    );
  }
  if (status === 404) {
    return failed(NAME, `${what}: it has no ${pathname} (404): check its url in ${file}, with its path`);
  }
  return failed(NAME, `${what}: ${problem}: check its url in ${file}`);
}

function credentialsNamed(access: Access): string {
  const headers = Object.values(access.headers ?? {}).flatMap((one) =>
    typeof one === "string" ? [] : "env" in one ? [one.env] : [one.file]
  );
  return [access.token_env, access.token_file, access.password_env, access.password_file, ...headers].filter(Boolean)
    .join(", ");
}

async function folder(what: string, path: string): Promise<Check> {
  try {
    for await (const _ of Deno.readDir(path)) break;
    return ok(NAME, `${what}: ${path} can be read`);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such folder" : "the agent's user may not read it";
    return failed(NAME, `${what}: ${path}: ${why}`);
  }
}

function webhook(
  what: string,
  { token_env: env, token_file: inFile }: { token_env?: string | undefined; token_file?: string | undefined },
): Check {
  try {
    const token = secretAt({ env, file: inFile });
    return ok(
      NAME,
      `${what}: POST /changes ${token === undefined ? "takes what POST /alerts would take" : "wants its token"}`,
    );
  } catch (error) {
    return failed(NAME, `${what}: ${(error as Error).message}`);
  }
}
