import * as v from "valibot";

const text = v.pipe(v.string("expected text"), v.trim(), v.nonEmpty("expected some text"));
const variable = v.pipe(
  text,
  v.regex(/^[A-Za-z_]\w*$/, "expected the name of an environment variable, e.g. PROM_TOKEN"),
);
const file = v.pipe(text, v.check((path) => !path.includes("\0"), "expected the path of a file"));

/** Refuses a secret that stands in the file itself, whatever its value is. */
function refused(name: string) {
  return v.optional(v.never(
    `a secret may not stand in this file: set an environment variable (or a line in .env) and name it with ${name}_env, ` +
      `or put it into a file and name that with ${name}_file`,
  ));
}

const address = v.pipe(
  v.string("expected a URL that begins with http:// or https://"),
  v.trim(),
  v.check(
    (url) => /^https?:\/\//i.test(url) && URL.canParse(url),
    "expected a URL that begins with http:// or https://",
  ),
  v.check(
    (url) => !URL.canParse(url) || (new URL(url).username === "" && new URL(url).password === ""),
    "a secret may not stand in this file: leave user and password out of the URL, and name them with username and password_env (or password_file)",
  ),
  v.transform((url) => url.split(/[?#]/, 1)[0]!.replace(/(?<!\/)\/+$/, "")),
);
const addresses = v.pipe(
  v.union(
    [v.array(address), v.pipe(address, v.transform((one) => [one]))],
    "expected a URL that begins with http:// or https://, or a list of them",
  ),
  v.minLength(1, "expected at least one URL"),
);

/** Headers whose value is a credential. */
const SECRET_HEADER = /auth|token|secret|password|passwd|api-?key|credential|cookie|signature/i;

const headers = v.pipe(
  v.record(
    v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~\w-]+$/, "expected the name of a header")),
    v.union([
      v.string(),
      v.strictObject({ env: variable, prefix: v.optional(v.string()) }),
      v.strictObject({ file, prefix: v.optional(v.string()) }),
    ], "expected text, or { env: NAME }, or { file: PATH }; `prefix` is put before the value"),
  ),
  v.check(
    (all) => Object.entries(all).every(([name, value]) => typeof value !== "string" || !SECRET_HEADER.test(name)),
    "a secret may not stand in this file: write the header as { env: NAME } or { file: PATH }, with `prefix` for what stands before it",
  ),
);

const duration = v.pipe(
  v.union(
    [v.pipe(v.number(), v.transform((seconds) => `${seconds}s`)), v.string()],
    "expected a duration like 5s or 500ms",
  ),
  v.regex(/^\d{1,6}(\.\d{1,3})?(ms|s|m)$/, "expected a duration like 5s or 500ms"),
);

/** How a server is reached and who asks: the same fields for every kind that speaks HTTP. */
export const accessEntries = {
  /** Bearer token. */
  token_env: v.optional(variable),
  token_file: v.optional(file),
  token: refused("token"),
  /** Basic authentication. */
  username: v.optional(text),
  username_env: v.optional(variable),
  username_file: v.optional(file),
  password_env: v.optional(variable),
  password_file: v.optional(file),
  password: refused("password"),
  headers: v.optional(headers),
  tls: v.optional(v.strictObject({
    /** Certificates of authorities that are trusted beside the usual ones, PEM. */
    ca_file: v.optional(file),
    /** What this agent shows of itself: mutual TLS, PEM. */
    cert_file: v.optional(file),
    key_file: v.optional(file),
  })),
  /** `X-Scope-OrgID`, or what the kind has for it. */
  tenant: v.optional(v.union([text, v.pipe(v.number(), v.transform(String))], "expected text or a number")),
  /** Longest time of one request. */
  timeout: v.optional(duration),
  proxy: v.optional(address),
  proxy_username: v.optional(text),
  proxy_password_env: v.optional(variable),
  proxy_password_file: v.optional(file),
};

function http<const K extends readonly [string, ...string[]]>(kinds: K) {
  return { kind: v.picklist(kinds), url: address, ...accessEntries };
}

/** Each kind with its fields; the first name of a kind is the one that the agent uses. */
export const connectionSchema = v.pipe(
  v.variant("kind", [
    v.strictObject(http(["prometheus", "thanos", "mimir", "cortex", "victoriametrics"])),
    v.strictObject({ ...http(["alertmanager"]), url: addresses }),
    v.strictObject(http(["loki"])),
    v.strictObject({ ...http(["elasticsearch", "opensearch"]), index: v.optional(text) }),
    v.strictObject(http(["victorialogs"])),
    v.strictObject({ kind: v.picklist(["file"]), folder: v.optional(file) }),
    v.strictObject({
      kind: v.picklist(["journald"]),
      folder: v.optional(file),
      ...accessEntries,
      url: v.optional(address),
    }),
    v.strictObject({ kind: v.picklist(["docker"]), folder: v.optional(file, "/var/lib/docker/containers") }),
    v.strictObject(http(["tempo"])),
    v.strictObject(http(["jaeger"])),
    v.strictObject({
      ...http(["github"]),
      url: v.optional(address, "https://api.github.com"),
      repository: v.optional(text),
      ref: v.optional(text),
    }),
    v.strictObject({
      ...http(["gitlab"]),
      url: v.optional(address, "https://gitlab.com"),
      repository: v.optional(text),
      ref: v.optional(text),
    }),
    v.strictObject({ ...http(["gitea", "forgejo"]), repository: v.optional(text), ref: v.optional(text) }),
    v.strictObject({ kind: v.picklist(["checkout"]), folder: file }),
    v.strictObject(http(["argocd"])),
    v.strictObject({ ...http(["flux"]), namespace: v.optional(text) }),
    v.strictObject({
      kind: v.picklist(["kubernetes"]),
      /** The pod's own service account. */
      in_cluster: v.optional(v.boolean("expected true or false")),
      /** A kubeconfig and its context; default: its current one. */
      kubeconfig: v.optional(file),
      context: v.optional(text),
      ...accessEntries,
      url: v.optional(address),
    }),
    v.strictObject({
      kind: v.picklist(["webhook"]),
      token_env: v.optional(variable),
      token_file: v.optional(file),
      token: refused("token"),
    }),
  ], `expected one of the kinds ${kindsInWords()}`),
  v.check(
    (one) => !("token_env" in one && one.token_env && one.token_file),
    "expected token_env or token_file, not both",
  ),
  v.check(
    (one) => !("tls" in one && one.tls && (one.tls.cert_file === undefined) !== (one.tls.key_file === undefined)),
    "tls: expected cert_file and key_file together",
  ),
  v.check(
    (one) =>
      one.kind !== "kubernetes" ||
      [one.in_cluster === true, one.kubeconfig !== undefined, one.url !== undefined].filter(Boolean).length === 1,
    "expected one of in_cluster: true, kubeconfig: PATH, or url with token_env or token_file",
  ),
  v.check(
    (one) => one.kind !== "kubernetes" || one.context === undefined || one.kubeconfig !== undefined,
    "context is of use with kubeconfig only",
  ),
  v.check((one) => {
    const { username, username_env: inEnv, username_file: inFile, password_env: env, password_file: file } =
      one as Access;
    return ((username ?? inEnv ?? inFile) === undefined) === ((env ?? file) === undefined);
  }, "expected username with password_env or password_file"),
  v.check(
    (one) => !("tls" in one && one.tls && "url" in one && `${one.url}`.startsWith("http://")),
    "tls is of use with an https:// URL only",
  ),
);

function kindsInWords(): string {
  return [
    "prometheus (thanos, mimir, cortex, victoriametrics)",
    "alertmanager",
    "loki",
    "elasticsearch",
    "opensearch",
    "victorialogs",
    "file",
    "journald",
    "docker",
    "tempo",
    "jaeger",
    "github",
    "gitlab",
    "gitea (forgejo)",
    "checkout",
    "argocd",
    "flux",
    "kubernetes",
    "webhook",
  ].join(", ");
}

/** `connections` of the configuration: what there is to connect to, by name. */
export const connectionsSchema = v.optional(
  v.record(
    v.pipe(v.string(), v.regex(/^[\w.-]+$/, "expected a name of letters, digits and any of . _ -")),
    connectionSchema,
  ),
  {},
);

/** One connection as the file describes it. */
export type Connection = v.InferOutput<typeof connectionSchema>;
/** All connections by name. */
export type Connections = v.InferOutput<typeof connectionsSchema>;
const accessSchema = v.strictObject(accessEntries);
/** Access to a server that speaks HTTP. */
export type Access = v.InferOutput<typeof accessSchema>;

/** What a connection is read by, whatever its product calls itself. */
export type Family =
  | "prometheus"
  | "alertmanager"
  | "loki"
  | "elasticsearch"
  | "victorialogs"
  | "file"
  | "journald"
  | "docker"
  | "tempo"
  | "jaeger"
  | "github"
  | "gitlab"
  | "gitea"
  | "checkout"
  | "argocd"
  | "flux"
  | "kubernetes"
  | "webhook";

const SAME_AS: Readonly<Record<string, Family>> = {
  thanos: "prometheus",
  mimir: "prometheus",
  cortex: "prometheus",
  victoriametrics: "prometheus",
  opensearch: "elasticsearch",
  forgejo: "gitea",
};

/** The kind whose protocol `kind` speaks. */
export function familyOf(kind: string): Family {
  return SAME_AS[kind] ?? kind as Family;
}

/** What each part of a service may be connected to. */
export const FAMILIES_OF: Readonly<Record<"metrics" | "logs" | "traces" | "code" | "changes", readonly Family[]>> = {
  metrics: ["prometheus"],
  logs: ["loki", "elasticsearch", "victorialogs", "file", "journald", "docker"],
  traces: ["tempo", "jaeger"],
  code: ["github", "gitlab", "gitea", "checkout"],
  changes: ["github", "gitlab", "argocd", "flux", "webhook"],
};
