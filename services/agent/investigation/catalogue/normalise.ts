import { familyOf } from "../../connections/mod.ts";

type Fields = Record<string, unknown>;

/** The configuration as it is checked, and where each of its parts stands in the file. */
export interface Normalised {
  readonly value: unknown;
  /** Where in the file a path of `value` comes from: candidates, the most likely first. */
  origin(path: readonly (string | number)[]): (string | number)[][];
}

/**
 * Brings short forms into the long one: `defaults` into each service, `$service` in them into its name, a text where a list or
 * an object is meant, and the source of logs from the kind of the connection.
 */
export function normalised(raw: unknown): Normalised {
  const same = { value: raw, origin: (path: readonly (string | number)[]) => [[...path]] };
  if (!isFields(raw)) return same;
  const { defaults, services, ...rest } = raw;
  if (services === undefined && defaults === undefined) return same;
  const named = isFields(services) ? Object.keys(services) : undefined;
  const list = isFields(services)
    ? Object.entries(services).map(([name, one]) => isFields(one) ? { name, ...one } : one === null ? { name } : one)
    : services;
  const kinds = kindsOf(rest.connections);
  const names = new Set(Array.isArray(list) ? list.map((one) => isFields(one) ? one.name : undefined) : []);
  const value = {
    ...rest,
    services: Array.isArray(list)
      ? list.map((one) => isFields(one) ? serviceOf(withDefaults(one, defaults), { kinds, names }) : one)
      : list,
  };
  return {
    value,
    origin(path) {
      if (path[0] !== "services" || typeof path[1] !== "number") return [[...path]];
      const own = named === undefined ? [...path] : ["services", named[path[1]]!, ...path.slice(2)];
      return [own, ["defaults", ...path.slice(2)]];
    },
  };
}

interface Context {
  readonly kinds: Readonly<Record<string, string>>;
  readonly names: ReadonlySet<unknown>;
}

function serviceOf(service: Fields, { kinds, names }: Context): Fields {
  const { name } = service;
  const out: Fields = { ...service };
  if (typeof name === "string") out.match ??= [{ service: name }, { job: name }];
  if (isFields(out.match)) out.match = [out.match];
  if (isFields(out.metrics)) out.metrics = metricsOf(out.metrics);
  if (typeof out.logs === "string") out.logs = { connection: out.logs };
  if (isFields(out.logs)) out.logs = logsOf(out.logs, kinds);
  if (typeof out.traces === "string") out.traces = { connection: out.traces };
  if (typeof out.code === "string") out.code = { connection: out.code };
  if (isFields(out.code) && out.code.connection !== undefined && out.code.source === undefined) {
    out.code = { ...out.code, source: "connection" };
  }
  if (out.changes !== undefined) out.changes = changesOf(out.changes);
  if (typeof out.depends_on === "string") out.depends_on = [out.depends_on];
  if (typeof out.addresses === "string") out.addresses = [out.addresses];
  if (Array.isArray(out.depends_on)) out.depends_on = out.depends_on.map((one) => dependencyOf(one, names));
  return out;
}

const METRICS = ["requests", "errors", "latency", "cpu", "memory", "start_time"];

function metricsOf(metrics: Fields): Fields {
  const out: Fields = { ...metrics };
  if (isFields(out.selector)) {
    out.selector = Object.entries(out.selector).map(([label, value]) => `${label}=${JSON.stringify(`${value}`)}`).join(
      ",",
    );
  }
  for (const what of METRICS) if (typeof out[what] === "string") out[what] = { metric: out[what] };
  const { requests, errors } = out;
  const told = isFields(errors) ? statusLabel(errors.selector) : undefined;
  if (told !== undefined && (out.labels === undefined || isFields(out.labels))) {
    out.labels = { status: told, ...out.labels as Fields | undefined };
  }
  // Failed requests are often the same counter, told apart by a label.
  if (isFields(errors) && errors.metric === undefined && errors.query === undefined && isFields(requests)) {
    if (typeof requests.metric === "string" && errors.selector !== undefined) {
      const { only } = requests;
      const selector = [requests.selector, errors.selector].filter((one) => typeof one === "string").join(",");
      out.errors = { ...errors, metric: requests.metric, selector, ...(only === undefined ? {} : { only }) };
    }
  }
  return out;
}

/** The label by which failed requests are told from the others: then its values say how requests ended. */
function statusLabel(selector: unknown): string | undefined {
  if (typeof selector !== "string") return undefined;
  return /^\s*([a-zA-Z_]\w*)\s*=~?\s*"\^?\(?\[?5[^"]*"\s*(?:,\s*)?$/.exec(selector)?.[1];
}

function logsOf(logs: Fields, kinds: Context["kinds"]): Fields {
  const { connection } = logs;
  if (logs.source !== undefined || typeof connection !== "string") return logs;
  const kind = kinds[connection];
  // What is unknown is told as that; the source only says which fields may stand beside it.
  return { source: kind === undefined ? undefined : familyOf(kind), ...logs };
}

function changesOf(changes: unknown): unknown {
  const list = Array.isArray(changes) ? changes : [changes];
  if (list.length === 1 && isFields(list[0]) && list[0].source !== undefined && list[0].connection === undefined) {
    return list[0];
  }
  return {
    source: "connections",
    from: list.map((one) => typeof one === "string" ? { connection: one } : one),
  };
}

/** A name of this file is a service; what has a port or a dot is a peer from outside by its address. */
function dependencyOf(one: unknown, names: Context["names"]): unknown {
  if (typeof one === "number") return dependencyOf(`${one}`, names);
  if (isFields(one)) return typeof one.addresses === "string" ? { ...one, addresses: [one.addresses] } : one;
  if (typeof one !== "string") return one;
  return names.has(one) || !/[.:]/.test(one) ? { name: one } : { name: one, addresses: [one] };
}

function withDefaults(service: Fields, defaults: unknown): Fields {
  if (!isFields(defaults)) return service;
  const { name } = service;
  const filled = typeof name === "string" ? fill(defaults, name) as Fields : defaults;
  return merge(filled, service);
}

/** What the service says goes first; maps are joined; lists, values and single metrics are replaced. */
function merge(below: Fields, above: Fields): Fields {
  const out: Fields = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const base = longForm(key, out[key]);
    const own = longForm(key, value);
    const whole = METRICS.includes(key) || !isFields(base) || !isFields(own) || replaces(base, own);
    out[key] = whole ? value : merge(base, own);
  }
  return out;
}

/** A text in place of an object counts as that object when both are joined. */
function longForm(key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  return ["logs", "traces", "code"].includes(key) ? { connection: value } : value;
}

/** Another connection or source has other fields: nothing of the default one stays. */
function replaces(base: Fields, own: Fields): boolean {
  return ["connection", "source"].some((key) => own[key] !== undefined && own[key] !== base[key]) &&
    (base.source !== undefined || base.connection !== undefined) && base.selector === undefined &&
    own.selector === undefined;
}

/** `$service` in every text is the service's name. */
function fill(value: unknown, name: string): unknown {
  if (typeof value === "string") return value.replaceAll(/\$service\b|\$\{service\}/g, () => name);
  if (Array.isArray(value)) return value.map((one) => fill(one, name));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, name)]));
}

function kindsOf(connections: unknown): Record<string, string> {
  if (!isFields(connections)) return {};
  return Object.fromEntries(
    Object.entries(connections).flatMap(([name, one]) =>
      isFields(one) && typeof one.kind === "string" ? [[name, one.kind]] : []
    ),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
