import type { IPodSpec } from "kubernetes-models/v1";

/** Kinds of volumes that the restricted level allows. */
const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** What the restricted level of the Pod Security Standards refuses in a pod; beyond it, a root that can be written. */
export function podSecurityProblems(pod: IPodSpec): string[] {
  const problems: string[] = [];
  for (const name of ["hostNetwork", "hostPID", "hostIPC"] as const) if (pod[name]) problems.push(name);
  for (const { name, ...kinds } of pod.volumes ?? []) {
    for (const kind of Object.keys(kinds)) if (!VOLUMES.includes(kind)) problems.push(`volume ${name}: ${kind}`);
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    const own = container.securityContext ?? {};
    const say = (what: string) => problems.push(`${container.name}: ${what}`);
    if (own.privileged) say("privileged");
    if (own.allowPrivilegeEscalation !== false) say("allowPrivilegeEscalation");
    if (!(own.runAsNonRoot ?? pod.securityContext?.runAsNonRoot)) say("runAsNonRoot");
    if ((own.runAsUser ?? pod.securityContext?.runAsUser) === 0) say("runAsUser 0");
    const seccomp = own.seccompProfile?.type ?? pod.securityContext?.seccompProfile?.type;
    if (seccomp !== "RuntimeDefault" && seccomp !== "Localhost") say("seccompProfile");
    if (!own.capabilities?.drop?.includes("ALL")) say("capabilities not dropped");
    if ((own.capabilities?.add ?? []).some((name) => name !== "NET_BIND_SERVICE")) say("capabilities added");
    if (own.procMount !== undefined && own.procMount !== "Default") say("procMount");
    if ((container.ports ?? []).some((port) => port.hostPort)) say("hostPort");
    if (!own.readOnlyRootFilesystem) say("root can be written");
  }
  return problems;
}
