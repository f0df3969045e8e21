import { ownerRef, refOf } from "../view.ts";
import { type Finding, kubectl, latest, once, quote, quoteEvent, type Rule } from "./rule.ts";

const NOT_STARTED =
  /executable file not found|no such file or directory|exec format error|permission denied: unknown|not a directory|StartError|RunContainerError/;
const MEMORY = /OOM/i;

/** The runtime cannot start the container's command at all: it is not in the image, not executable, or for another CPU. */
export const badCommand: Rule = {
  name: "bad_command",
  group: "start-up",
  causes: ["bad_command"],
  looksAt: ["container states", "exit codes 126, 127 and 128", "Failed events"],
  find(view) {
    return once(
      view.troubled().flatMap((pod): Finding[] => {
        const state = pod.containers.find((one) => {
          const code = one.last?.exitCode ?? one.exitCode;
          return code === 126 || code === 127 || code === 128 ||
            /RunContainerError|StartError/.test(one.reason ?? "") ||
            /StartError|ContainerCannotRun/.test(one.last?.reason ?? "");
        });
        if (!state) return [];
        const event = latest(view.eventsOf(pod), /^Failed$/, NOT_STARTED);
        if (MEMORY.test(event?.message ?? state.message ?? "")) return [];
        return [{
          group: "start-up",
          cause: "bad_command",
          object: ownerRef(pod),
          says: `The command of container ${state.name} in ${pod.name} cannot be started.`,
          for: [
            quote(
              refOf(pod),
              `status.containerStatuses[${state.name}]`,
              `reason ${state.last?.reason ?? state.reason ?? ""}, exit code ${
                state.last?.exitCode ?? state.exitCode ?? ""
              }`,
            ),
            ...event ? [quoteEvent(event)] : [],
          ],
          against: [],
          certainty: event ? 0.93 : 0.8,
          explains: [refOf(pod)],
          fix: [kubectl("describe", refOf(pod)), kubectl("edit", ownerRef(pod))],
        }];
      }),
    );
  },
};
