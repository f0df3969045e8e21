import {
  type Container,
  type ContainerState,
  parseQuantity,
  type Probe,
} from "../../services/agent/investigation/cluster/mod.ts";
import { type Block, fieldsOf, type Section } from "./describe.ts";

/** The specification of a container as a describe of its pod or of its workload prints it. */
export function containerOf({ name, fields }: Block, init: boolean): Container {
  const container: Container = {
    name,
    image: fields.get("Image")?.value ?? "",
    ports: portsOf(fields.get("Port")?.value ?? fields.get("Ports")?.value ?? ""),
    env: envOf(fields.get("Environment")),
    envFrom: (fields.get("Environment Variables from")?.lines ?? []).flatMap((line) => {
      const [source, kind, rest] = line.trim().split(/\s{2,}/);
      if (!source || (kind !== "Secret" && kind !== "ConfigMap")) return [];
      return [{ kind, name: source, optional: /Optional: true/.test(rest ?? "") }];
    }),
    requests: amountsOf(fields.get("Requests")),
    limits: amountsOf(fields.get("Limits")),
  };
  if (init) container.init = true;
  const liveness = probeOf(fields.get("Liveness")?.value);
  const readiness = probeOf(fields.get("Readiness")?.value);
  const startup = probeOf(fields.get("Startup")?.value);
  if (liveness) container.liveness = liveness;
  if (readiness) container.readiness = readiness;
  if (startup) container.startup = startup;
  return container;
}

/** The state of a container; ages are counted from when it was read. */
export function containerState({ name, fields }: Block, init: boolean, readAtMs: number): ContainerState {
  const now = fields.get("State");
  const inside = fieldsOf(now?.lines ?? []);
  const last = fields.get("Last State");
  const state: ContainerState = {
    name,
    ready: fields.get("Ready")?.value === "True",
    restarts: Number(fields.get("Restart Count")?.value ?? 0) || 0,
    state: /^waiting/i.test(now?.value ?? "")
      ? "waiting"
      : /^running/i.test(now?.value ?? "")
      ? "running"
      : /^terminated/i.test(now?.value ?? "")
      ? "terminated"
      : "unknown",
  };
  if (init) state.init = true;
  const reason = inside.get("Reason")?.value;
  const message = inside.get("Message")?.value;
  const exitCode = inside.get("Exit Code")?.value;
  if (reason) state.reason = reason;
  if (message) state.message = message;
  if (exitCode !== undefined) state.exitCode = Number(exitCode);
  if (last?.value && /terminated/i.test(last.value)) state.last = lastOf(fieldsOf(last.lines), readAtMs);
  return state;
}

function lastOf(fields: Map<string, Section>, readAtMs: number): NonNullable<ContainerState["last"]> {
  const started = Date.parse(fields.get("Started")?.value ?? "");
  const finished = Date.parse(fields.get("Finished")?.value ?? "");
  const last: NonNullable<ContainerState["last"]> = {};
  const reason = fields.get("Reason")?.value;
  const code = fields.get("Exit Code")?.value;
  if (reason) last.reason = reason;
  if (code !== undefined) last.exitCode = Number(code);
  if (!Number.isNaN(started) && !Number.isNaN(finished)) last.ranSeconds = (finished - started) / 1_000;
  if (!Number.isNaN(finished) && readAtMs > 0) last.agoSeconds = Math.max(0, (readAtMs - finished) / 1_000);
  return last;
}

function portsOf(text: string): Container["ports"] {
  return text.split(",").flatMap((part) => {
    const parts = part.trim().match(/^(\d+)\/(\w+)/);
    return parts ? [{ port: Number(parts[1]), protocol: parts[2] ?? "TCP" }] : [];
  });
}

function envOf(section: Section | undefined): Container["env"] {
  return (section?.lines ?? []).flatMap((line): Container["env"] => {
    const parts = line.match(/^\s+([A-Za-z_][\w.-]*):\s*(.*)$/);
    if (!parts?.[1]) return [];
    const from = parts[2]?.match(/^<set to the key '([^']+)' (?:in|of) (secret|config ?map) '([^']+)'>/i);
    if (from?.[1] && from[3]) {
      const fromKind = /secret/i.test(from[2] ?? "") ? "Secret" as const : "ConfigMap" as const;
      return [{ name: parts[1], fromKind, from: from[3], key: from[1] }];
    }
    return [{ name: parts[1], value: parts[2]?.trim() ?? "" }];
  });
}

function amountsOf(section: Section | undefined): Container["requests"] {
  const fields = fieldsOf(section?.lines ?? []);
  const cpu = parseQuantity(fields.get("cpu")?.value);
  const memory = parseQuantity(fields.get("memory")?.value);
  return { ...cpu === undefined ? {} : { cpu }, ...memory === undefined ? {} : { memoryBytes: memory } };
}

/** `http-get http://:8080/healthz delay=5s timeout=1s period=10s #success=1 #failure=3` and its kin. */
export function probeOf(text: string | undefined): Probe | undefined {
  const kind = text?.match(/^(http-get|grpc|tcp-socket|exec)\b/)?.[1];
  if (!text || !kind) return undefined;
  const seconds = (name: string, fallback: number) =>
    Number(text.match(new RegExp(`${name}=(\\d+)s`))?.[1] ?? fallback);
  const address = text.match(/(?:https?:\/\/)?[^\s:]*:([\w-]+)(\/\S*)?/);
  const port = address?.[1];
  return {
    kind: kind === "http-get" ? "http" : kind === "tcp-socket" ? "tcp" : kind === "grpc" ? "grpc" : "exec",
    ...port && kind !== "exec" ? { port: /^\d+$/.test(port) ? Number(port) : port } : {},
    ...kind === "http-get" && address?.[2] ? { path: address[2] } : {},
    delaySeconds: seconds("delay", 0),
    timeoutSeconds: seconds("timeout", 1),
    periodSeconds: seconds("period", 10),
    failures: Number(text.match(/#failure=(\d+)/)?.[1] ?? 3),
  };
}
