import type { Access, Connections } from "./schema.ts";
import { secretAt, type SecretReader, secretReader } from "./secrets.ts";

/** How requests are sent over a connection. */
export interface Sender {
  readonly fetch: typeof fetch;
  /** Closes what it holds open. */
  close(): void;
}

interface Deps {
  readonly fetch: typeof fetch;
  readonly secrets?: SecretReader;
  /** What a tenant is called in a header; default: `X-Scope-OrgID`. */
  readonly tenantHeaders?: (tenant: string) => Readonly<Record<string, string>>;
}

/**
 * `fetch` with a connection's credentials, certificates, tenant, time-out and proxy. Secrets are read when they are needed, so
 * that a rotated one is used without a restart.
 *
 * Its promise is rejected with {@linkcode SecretMissing} when a secret is not there.
 */
export function senderOf(access: Access, deps: Deps): Sender {
  const { secrets = secretReader } = deps;
  let client: Deno.HttpClient | undefined;
  let made = "";
  const clientNow = () => {
    const options = clientOptions(access, secrets);
    const key = JSON.stringify(options);
    if (key !== made) {
      client?.close();
      client = options === undefined ? undefined : Deno.createHttpClient(options);
      made = key;
    }
    return client;
  };
  const timeoutMs = msOf(access.timeout);
  return {
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
      for (const [name, value] of Object.entries(credentials(access, secrets))) headers.set(name, value);
      if (access.tenant !== undefined) {
        const named = deps.tenantHeaders?.(access.tenant) ?? { "x-scope-orgid": access.tenant };
        for (const [name, value] of Object.entries(named)) headers.set(name, value);
      }
      const client = clientNow();
      const limited = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
      const signals = [init?.signal, limited].filter((one) => one != null);
      return await deps.fetch(input, {
        ...init,
        // Whoever passes it on need not look for credentials.
        connected: true,
        headers,
        ...(signals.length === 0 ? {} : { signal: signals.length === 1 ? signals[0]! : AbortSignal.any(signals) }),
        ...(client === undefined ? {} : { client }),
        ...(access.proxy === undefined ? {} : { proxied: true }),
      } as RequestInit);
    },
    close() {
      client?.close();
      client = undefined;
      made = "";
    },
  };
}

/** Headers that say who asks. */
export function credentials(access: Access, secrets: SecretReader = secretReader): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(access.headers ?? {})) {
    found[name.toLowerCase()] = typeof value === "string"
      ? value
      : `${value.prefix ?? ""}${secretAt("env" in value ? { env: value.env } : { file: value.file }, secrets)}`;
  }
  const token = secretAt({ env: access.token_env, file: access.token_file }, secrets);
  if (token !== undefined) found.authorization = `Bearer ${token}`;
  const user = access.username ?? secretAt({ env: access.username_env, file: access.username_file }, secrets);
  const password = secretAt({ env: access.password_env, file: access.password_file }, secrets);
  if (user !== undefined && password !== undefined) {
    found.authorization = `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
  }
  return found;
}

/** Every secret that a connection names and that is there now, so that it can be redacted wherever it turns up. */
export function secretsOf(access: Access, secrets: SecretReader = secretReader): string[] {
  const places = [
    { env: access.token_env, file: access.token_file },
    { env: access.password_env, file: access.password_file },
    { env: access.proxy_password_env, file: access.proxy_password_file },
    ...Object.values(access.headers ?? {}).filter((value) => typeof value !== "string"),
  ];
  return places.flatMap((place) => {
    try {
      const secret = secretAt(place, secrets);
      return secret === undefined ? [] : [secret];
    } catch {
      return [];
    }
  });
}

/** Tokens of the connections of kind webhook, as they are now. */
export function webhookTokens(connections: Connections): string[] {
  return Object.values(connections).filter(({ kind }) => kind === "webhook").flatMap((one) => secretsOf(one as Access));
}

function clientOptions(access: Access, secrets: SecretReader) {
  const { tls, proxy } = access;
  if (tls === undefined && proxy === undefined) return undefined;
  const password = secretAt({ env: access.proxy_password_env, file: access.proxy_password_file }, secrets);
  const auth = access.proxy_username !== undefined && password !== undefined
    ? { basicAuth: { username: access.proxy_username, password } }
    : {};
  return {
    ...(tls?.ca_file === undefined ? {} : { caCerts: [pem(tls.ca_file, secrets)] }),
    ...(tls?.cert_file === undefined || tls.key_file === undefined
      ? {}
      : { cert: pem(tls.cert_file, secrets), key: pem(tls.key_file, secrets) }),
    ...(proxy === undefined ? {} : { proxy: { url: proxy, ...auth } }),
  };
}

function pem(path: string, secrets: SecretReader): string {
  let text: string;
  try {
    text = secrets.file(path);
  } catch (cause) {
    throw new Error(
      `${path} cannot be read: ${cause instanceof Deno.errors.NotFound ? "there is no such file" : "it may not be"}`,
      {
        cause,
      },
    );
  }
  if (!text.includes("-----BEGIN ")) throw new Error(`${path} is not in PEM form (-----BEGIN …)`);
  return text;
}

function msOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const value = parseFloat(duration);
  return Math.max(1, duration.endsWith("ms") ? value : duration.endsWith("m") ? value * 60_000 : value * 1000);
}
