import * as v from "valibot";
import { parse } from "yaml";
import { ConfigurationError } from "../../../../../lib/configuration/mod.ts";
import {
  basicCredentials,
  type Connection,
  type Credentials,
  fixedToken,
  NO_CREDENTIALS,
  type Tls,
  tokenFile,
} from "./connection.ts";

const text = v.optional(v.nullable(v.string()));
const clusterSchema = v.looseObject({
  server: v.string("expected the API server's URL"),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": v.optional(v.nullable(v.boolean())),
  "tls-server-name": text,
  "proxy-url": text,
});
const userSchema = v.looseObject({
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  as: text,
  exec: v.optional(v.unknown()),
  "auth-provider": v.optional(v.unknown()),
});
const contextSchema = v.looseObject({ cluster: v.string(), user: text, namespace: text });
const entries = <S extends v.GenericSchema>(entry: S) => v.optional(v.nullable(v.array(entry)), []);
const name = v.string("expected a name");
const fileSchema = v.looseObject({
  "current-context": text,
  clusters: entries(v.looseObject({ name, cluster: v.optional(v.nullable(clusterSchema)) })),
  users: entries(v.looseObject({ name, user: v.optional(v.nullable(userSchema)) })),
  contexts: entries(v.looseObject({ name, context: v.optional(v.nullable(contextSchema)) })),
});

type Cluster = v.InferOutput<typeof clusterSchema>;
type User = v.InferOutput<typeof userSchema>;

/** Most of a kubeconfig that is read. */
const LONGEST = 2_000_000;

/** How files beside a kubeconfig are read; tests pass their own. */
export interface KubeconfigOptions {
  /** Default: the file's `current-context`. */
  readonly context?: string | undefined;
  readonly readText?: (path: string) => Promise<string>;
}

/**
 * The connection that a kubeconfig's context describes. Plugins that run programs are refused: an agent runs none.
 *
 * @throws {ConfigurationError} naming what is missing or not supported, and what to do.
 */
export async function kubeconfig(path: string, options: KubeconfigOptions = {}): Promise<Connection> {
  const { readText = (file) => Deno.readTextFile(file) } = options;
  const whole = await readOr(path, readText);
  const file = parsed(path, whole);
  const wanted = options.context ?? file["current-context"] ?? undefined;
  const names = (file.contexts ?? []).map((one) => one.name);
  if (!wanted) {
    throw new ConfigurationError(`${path} has no current-context: name one of ${listed(names)} as context`);
  }
  const context = file.contexts?.find((one) => one.name === wanted)?.context;
  if (!context) {
    throw new ConfigurationError(`${path} has no context ${JSON.stringify(wanted)}; it has ${listed(names)}`);
  }
  const cluster = file.clusters?.find((one) => one.name === context.cluster)?.cluster;
  if (!cluster) {
    throw new ConfigurationError(`${path}: context ${wanted} names the cluster ${context.cluster}, which is not there`);
  }
  const user = context.user ? file.users?.find((one) => one.name === context.user)?.user : {};
  if (!user) {
    throw new ConfigurationError(`${path}: context ${wanted} names the user ${context.user}, which is not there`);
  }
  refuseUnsupported(path, { cluster, user, userName: context.user ?? "" });
  const beside = (name: string) => name.startsWith("/") ? name : `${folderOf(path)}${name}`;
  const read = (name: string) => readOr(beside(name), readText);
  const tls = await tlsOf(path, { cluster, user, read });
  return {
    name: wanted,
    server: serverOf(path, cluster.server),
    ...context.namespace ? { namespace: context.namespace } : {},
    tls,
    credentials: credentialsOf(user, { beside, readText, tls }),
  };
}

function parsed(path: string, whole: string): v.InferOutput<typeof fileSchema> {
  if (whole.length > LONGEST) {
    throw new ConfigurationError(`${path} is larger than ${LONGEST} characters: no kubeconfig`);
  }
  let value: unknown;
  try {
    value = parse(whole, { maxAliasCount: 20 });
  } catch (cause) {
    throw new ConfigurationError(`${path} is not YAML: ${(cause as Error).message.split("\n", 1)[0]}`, { cause });
  }
  if (Array.isArray(value)) throw new ConfigurationError(`${path} is no kubeconfig: expected fields such as clusters`);
  const result = v.safeParse(fileSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new ConfigurationError(`${path} is no kubeconfig: ${v.getDotPath(issue) ?? "the file"}: ${issue.message}`);
}

function refuseUnsupported(
  path: string,
  { cluster, user, userName }: { readonly cluster: Cluster; readonly user: User; readonly userName: string },
): void {
  const instead =
    "make a token for a service account instead (kubectl create token) and put it into token or tokenFile";
  if (user.exec != null) {
    throw new ConfigurationError(
      `${path}: user ${userName} gets its credentials from a program (exec), and the agent runs none: ${instead}`,
    );
  }
  if (user["auth-provider"] != null) {
    throw new ConfigurationError(`${path}: user ${userName} uses auth-provider, which Kubernetes removed: ${instead}`);
  }
  if (user.as) {
    throw new ConfigurationError(
      `${path}: user ${userName} acts as another one (as), which is not supported: ${instead}`,
    );
  }
  if (cluster["insecure-skip-tls-verify"]) {
    throw new ConfigurationError(
      `${path}: insecure-skip-tls-verify is not supported: put the cluster's certificate into certificate-authority-data`,
    );
  }
  if (cluster["tls-server-name"]) {
    throw new ConfigurationError(
      `${path}: tls-server-name is not supported: use a server name that the certificate is made out for`,
    );
  }
}

async function tlsOf(
  path: string,
  { cluster, user, read }: {
    readonly cluster: Cluster;
    readonly user: User;
    readonly read: (name: string) => Promise<string>;
  },
): Promise<Tls> {
  const pem = async (data: string | null | undefined, file: string | null | undefined, field: string) => {
    if (data) return decoded(path, field, data);
    return file ? await read(file) : undefined;
  };
  const ca = await pem(
    cluster["certificate-authority-data"],
    cluster["certificate-authority"],
    "certificate-authority-data",
  );
  const cert = await pem(user["client-certificate-data"], user["client-certificate"], "client-certificate-data");
  const key = await pem(user["client-key-data"], user["client-key"], "client-key-data");
  if ((cert === undefined) !== (key === undefined)) {
    throw new ConfigurationError(`${path}: a client certificate needs both client-certificate and client-key`);
  }
  return {
    ...ca === undefined ? {} : { ca },
    ...cert === undefined || key === undefined ? {} : { cert, key },
    ...cluster["proxy-url"] ? { proxy: cluster["proxy-url"] } : {},
  };
}

function credentialsOf(
  user: User,
  { beside, readText, tls }: {
    readonly beside: (name: string) => string;
    readonly readText: (path: string) => Promise<string>;
    readonly tls: Tls;
  },
): Credentials {
  // As kubectl does it: a file's token goes before one that stands in the kubeconfig.
  if (user.tokenFile) return tokenFile(beside(user.tokenFile), (path) => readOr(path, readText));
  if (user.token) return fixedToken(user.token);
  if (user.username) return basicCredentials(user.username, user.password ?? "");
  return tls.cert === undefined ? NO_CREDENTIALS : { ...NO_CREDENTIALS, kind: "client certificate" };
}

function decoded(path: string, field: string, data: string): string {
  try {
    const pem = new TextDecoder().decode(Uint8Array.fromBase64(data.replaceAll(/\s/g, "")));
    if (pem.includes("-----BEGIN ")) return pem;
  } catch {
    // Said below.
  }
  throw new ConfigurationError(`${path}: ${field} is not the base64 of a PEM text`);
}

function serverOf(path: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(`${path}: server ${JSON.stringify(text)} is no http(s) URL`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new ConfigurationError(
      `${path}: the server's URL holds credentials: move them to the user's username and password`,
    );
  }
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, "")}`;
}

async function readOr(path: string, readText: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readText(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Deno.errors.NotCapable
      ? "the agent may read files inside its working directory only: put a copy there"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new ConfigurationError(`Cannot read ${path}: ${why}`, { cause });
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.slice(0, 20).join(", ");
}
