import { type Container, type ContainerState, parseQuantity, type Probe } from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";
import { at, number, objects, optional, secondsSince, text } from "./fields.ts";

export function containerOf(object: Json, init: boolean): Container {
  return {
    name: text(object.name) ?? "",
    image: text(object.image) ?? "",
    ...init ? { init } : {},
    ports: objects(object.ports, 100).map((one) => ({
      port: number(one.containerPort) ?? 0,
      protocol: text(one.protocol) ?? "TCP",
      ...optional("name", text(one.name)),
      ...optional("hostPort", number(one.hostPort)),
    })),
    env: objects(object.env, 200).map(envOf),
    envFrom: objects(object.envFrom, 50).flatMap((one) => {
      const secret = text(at(one, "secretRef", "name"));
      const map = text(at(one, "configMapRef", "name"));
      const optionalRef = secret === undefined ? at(one, "configMapRef", "optional") : at(one, "secretRef", "optional");
      const name = secret ?? map;
      if (name === undefined) return [];
      return [{
        kind: secret === undefined ? "ConfigMap" as const : "Secret" as const,
        name,
        ...optionalRef === true ? { optional: true } : {},
      }];
    }),
    requests: amounts(at(object, "resources", "requests")),
    limits: amounts(at(object, "resources", "limits")),
    ...optional("liveness", probeOf(object.livenessProbe)),
    ...optional("readiness", probeOf(object.readinessProbe)),
    ...optional("startup", probeOf(object.startupProbe)),
  };
}

function envOf(one: Json): Container["env"][number] {
  const secret = at(one, "valueFrom", "secretKeyRef");
  const map = at(one, "valueFrom", "configMapKeyRef");
  const from = secret ?? map;
  return {
    name: text(one.name) ?? "",
    ...optional("value", text(one.value)),
    ...from === undefined ? {} : { fromKind: secret === undefined ? "ConfigMap" : "Secret" },
    ...optional("from", text(at(from, "name"))),
    ...optional("key", text(at(from, "key"))),
    ...at(from, "optional") === true ? { optional: true } : {},
  };
}

function amounts(value: unknown): Container["requests"] {
  return {
    ...optional("cpu", quantity(at(value, "cpu"))),
    ...optional("memoryBytes", quantity(at(value, "memory"))),
  };
}

export function quantity(value: unknown): number | undefined {
  return typeof value === "string" || typeof value === "number" ? parseQuantity(value) : undefined;
}

function probeOf(value: unknown): Probe | undefined {
  const kinds = [["httpGet", "http"], ["grpc", "grpc"], ["tcpSocket", "tcp"], ["exec", "exec"]] as const;
  const found = kinds.find(([field]) => at(value, field) !== undefined && at(value, field) !== null);
  if (found === undefined) return undefined;
  const handler = at(value, found[0]);
  const port = at(handler, "port");
  return {
    kind: found[1],
    ...optional("port", number(port) ?? portOf(port)),
    ...optional("path", text(at(handler, "path"))),
    delaySeconds: number(at(value, "initialDelaySeconds")) ?? 0,
    timeoutSeconds: number(at(value, "timeoutSeconds")) ?? 1,
    periodSeconds: number(at(value, "periodSeconds")) ?? 10,
    failures: number(at(value, "failureThreshold")) ?? 3,
  };
}

function portOf(value: unknown): number | string | undefined {
  const said = text(value);
  return said !== undefined && /^\d{1,5}$/.test(said) ? Number(said) : said;
}

/** What a container does now, and how it ended last. */
export function containerState(
  object: Json,
  { init, nowMs }: { readonly init: boolean; readonly nowMs: number },
): ContainerState {
  const { waiting, running, terminated } = object.state as Json ?? {};
  const state = waiting ? "waiting" : running ? "running" : terminated ? "terminated" : "unknown";
  const now = waiting ?? terminated;
  const last = at(object, "lastState", "terminated");
  return {
    name: text(object.name) ?? "",
    ...init ? { init } : {},
    ready: object.ready === true,
    restarts: number(object.restartCount) ?? 0,
    state,
    ...optional("reason", text(at(now, "reason"))),
    ...optional("message", text(at(now, "message"))),
    ...optional("exitCode", number(at(terminated, "exitCode"))),
    ...last === undefined || last === null ? {} : { last: endOf(last, nowMs) },
  };
}

function endOf(last: unknown, nowMs: number): NonNullable<ContainerState["last"]> {
  const finished = at(last, "finishedAt");
  const ran = secondsSince(at(last, "startedAt"), Date.parse(String(finished)));
  return {
    ...optional("reason", text(at(last, "reason"))),
    ...optional("exitCode", number(at(last, "exitCode"))),
    ...optional("message", text(at(last, "message"))),
    ...optional("ranSeconds", ran),
    ...optional("agoSeconds", secondsSince(finished, nowMs)),
  };
}
