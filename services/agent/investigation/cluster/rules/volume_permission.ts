import { ownerRef, refOf } from "../view.ts";
import { logLine } from "./log_lines.ts";
import { type Finding, kubectl, latest, once, quote, quoteEvent, type Rule } from "./rule.ts";

const DENIED = /permission denied|EACCES|operation not permitted|read-only file system|EROFS/i;
/** A refusal that is about a connection, a database or an account is another rule's. */
const NOT_A_FILE = /access denied for user|connect|socket|denied for (table|relation|schema)|port/i;

/** A container ends because the files of its volume may not be read or written by the user that it runs as. */
export const volumePermission: Rule = {
  name: "volume_permission",
  group: "start-up",
  causes: ["volume_permission"],
  looksAt: ["container states", "last log lines", "volumes", "securityContext", "FailedMount events"],
  find(view) {
    return once(
      view.troubled().flatMap((pod): Finding[] => {
        const mounts = pod.spec.mounts.filter((one) => one.kind === "claim" || one.kind === "hostPath");
        const mountEvent = latest(view.eventsOf(pod), /^(FailedMount|Failed)$/, DENIED);
        const failed = pod.containers.find((one) =>
          (one.last?.exitCode ?? one.exitCode ?? 0) !== 0 && (one.restarts > 0 || one.state === "terminated")
        );
        const line = failed && mounts.length > 0
          ? logLine(view, pod, (text) => DENIED.test(text) && !NOT_A_FILE.test(text))
          : undefined;
        if (!line && !(mountEvent && pod.containers.some((one) => one.state === "waiting"))) return [];
        const user = pod.spec.runAsUser;
        return [{
          group: "start-up",
          cause: "volume_permission",
          object: ownerRef(pod),
          says: `Pod ${pod.name} may not use the files of its volume ${mounts.map((one) => one.name).join(", ")}${
            user === undefined ? "" : ` as user ${user}`
          }.`,
          for: [
            ...line ? [quote(refOf(pod), "logs", line)] : [],
            ...mountEvent ? [quoteEvent(mountEvent)] : [],
            ...mounts.map((one) => quote(refOf(pod), `spec.volumes[${one.name}]`, `${one.kind} ${one.source ?? ""}`)),
          ],
          against: [],
          certainty: 0.88,
          explains: [refOf(pod)],
          fix: [
            kubectl(
              "patch",
              ownerRef(pod),
              `-p '{"spec":{"template":{"spec":{"securityContext":{"fsGroup":${user ?? "<group of the files>"}}}}}}'`,
            ),
            "# a hostPath is not covered by fsGroup: change the owner of its folder on the node",
          ],
        }];
      }),
    );
  },
};
