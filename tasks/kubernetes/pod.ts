import type { IContainer, IEnvVar, ISecurityContext } from "kubernetes-models/v1";
import { set, textWith, type Value } from "./value.ts";

const repository: Value<string> = {
  path: "image.repository",
  fallback: "oncall-agent",
  help: "image built from config/container/Dockerfile, as your registry names it",
};
const tag: Value<string> = { path: "image.tag", fallback: "0.2.0", help: "its tag" };
const pullPolicy: Value<"IfNotPresent" | "Always" | "Never"> = {
  path: "image.pullPolicy",
  fallback: "IfNotPresent",
  help: "Always, IfNotPresent or Never",
  schema: { enum: ["Always", "IfNotPresent", "Never"] },
};

export const secretName: Value<string> = {
  path: "agent.secretName",
  fallback: "oncall-agent",
  help: "Secret with ALERT_TOKEN, CONSOLE_TOKEN, ONCALL_TOKEN and the integrations' credentials, one key a variable",
};

/** What the system's programs, and Prometheus, show each other: every one listens on an address that others reach. */
export function systemToken(): IEnvVar {
  return { name: "ONCALL_TOKEN", valueFrom: { secretKeyRef: { name: set(secretName), key: "ONCALL_TOKEN" } } };
}

/** Everything runs from one image, in one folder of it; an executable keeps to `run` and `logs` there. */
export const WORKDIR = "/srv/oncall";

/** A container without privileges: what the restricted level of Pod Security asks for, and a read-only root. */
export const CONFINED: ISecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
};

/** The user of the image, who owns what is written to volumes. */
export const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  fsGroup: 65532,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** Labels by which objects of a part find its pods. */
export function labels(part: string): Record<string, string> {
  return { "app.kubernetes.io/name": part, "app.kubernetes.io/part-of": "oncall" };
}

/** The container of a role: its executable with probes on `/healthz` of its one port. */
export function container(name: string, port: number, rest: Partial<IContainer>): IContainer {
  const probe = { httpGet: { path: "/healthz", port: "http" }, timeoutSeconds: 5 };
  return {
    name,
    image: textWith("%s:%s", repository, tag),
    imagePullPolicy: set(pullPolicy),
    workingDir: WORKDIR,
    command: [`${WORKDIR}/bin/oncall-${name}`],
    ports: [{ name: "http", containerPort: port }],
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...probe, periodSeconds: 5 },
    securityContext: CONFINED,
    ...rest,
  };
}

/** Whether the process is alive at all: a full store or a missing backend is no reason to restart it. */
export const ALIVE = { tcpSocket: { port: "http" }, periodSeconds: 10, failureThreshold: 6 } as const;
