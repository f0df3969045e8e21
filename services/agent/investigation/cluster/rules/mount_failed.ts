import { ownerRef, refOf } from "../view.ts";
import { type Finding, kubectl, latest, once, quoteEvent, type Rule } from "./rule.ts";

const OTHERS = /(secret|configmap) "[^"]+" not found|references non-existent|permission denied|fetch token/i;
const WAIT_SECONDS = 60;

/** A volume cannot be attached or mounted: still held by another node, a wrong file system, a path that is not there. */
export const mountFailed: Rule = {
  name: "mount_failed",
  group: "start-up",
  causes: ["volume_attached_elsewhere", "volume_mount_failed"],
  looksAt: ["FailedAttachVolume and FailedMount events", "container states"],
  find(view) {
    return once(
      view.troubled().flatMap((pod): Finding[] => {
        if (
          !pod.containers.some((one) => one.state === "waiting") || (pod.ageSeconds ?? WAIT_SECONDS) < WAIT_SECONDS
        ) return [];
        const event = latest(view.eventsOf(pod), /^(FailedAttachVolume|FailedMount)$/);
        if (!event || OTHERS.test(event.message) || event.lastSeconds > 600) return [];
        const elsewhere = /Multi-Attach|already (exclusively )?(attached|used)|is being used by/.test(event.message);
        return [{
          group: "start-up",
          cause: elsewhere ? "volume_attached_elsewhere" : "volume_mount_failed",
          object: ownerRef(pod),
          says: `Pod ${pod.name} waits for a volume that ${
            elsewhere ? "another pod or node holds" : "cannot be mounted"
          }.`,
          for: [quoteEvent(event)],
          against: [],
          certainty: 0.88,
          explains: [refOf(pod)],
          fix: [kubectl("describe", refOf(pod)), "kubectl get volumeattachments"],
        }];
      }),
    );
  },
};
