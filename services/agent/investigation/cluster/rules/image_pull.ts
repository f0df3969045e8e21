import type { Pod } from "../objects.ts";
import { ownerRef, refOf, type View } from "../view.ts";
import { type Finding, kubectl, latest, once, quote, quoteEvent, type Rule, shellWord } from "./rule.ts";

const WAITING = /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable)$/;

const KINDS: { cause: string; message: RegExp; says: string; certainty: number }[] = [
  {
    cause: "registry_dns",
    message: /no such host|server misbehaving|Temporary failure in name resolution|lookup \S+ (on|:)/,
    says: "the registry's name cannot be resolved",
    certainty: 0.96,
  },
  {
    cause: "image_pull_secret",
    message: /\b40[13]\b|unauthorized|authentication required|no basic auth|denied|authoriz|forbidden/i,
    says: "the registry refuses without credentials that it accepts",
    certainty: 0.94,
  },
  {
    cause: "registry_limit",
    message: /toomanyrequests|\b429\b|rate limit/i,
    says: "the registry's rate limit is reached",
    certainty: 0.95,
  },
  {
    cause: "image_reference",
    message:
      /not ?found|manifest unknown|invalid reference|InvalidImageName|couldn't parse image|name unknown|\b404\b/i,
    says: "no such image, or no such tag, is there",
    certainty: 0.95,
  },
  {
    cause: "image_platform",
    message: /no match(ing manifest)? for platform|exec format error/,
    says: "the image has no variant for the node's platform",
    certainty: 0.95,
  },
  {
    cause: "registry_unreachable",
    message: /i\/o timeout|connection refused|context deadline|TLS handshake|x509|connection reset|EOF/,
    says: "the registry does not answer as it should",
    certainty: 0.9,
  },
];

/** A container's image cannot be pulled. */
export const imagePull: Rule = {
  name: "image_pull",
  group: "start-up",
  causes: [...KINDS.map((one) => one.cause), "image_unpullable"],
  looksAt: ["container states", "Failed events of the kubelet", "image references"],
  find: (view) => once(view.troubled().flatMap((pod) => ofPod(view, pod))),
};

function ofPod(view: View, pod: Pod): Finding[] {
  const waiting = pod.containers.find((one) => one.state === "waiting" && WAITING.test(one.reason ?? ""));
  if (!waiting) return [];
  const image = pod.spec.containers.find((one) => one.name === waiting.name)?.image ?? "";
  const events = view.eventsOf(pod);
  const event =
    latest(events, /^(Failed|InspectFailed)$/, /Failed to (pull|inspect|apply)|parse|not present with pull policy/) ??
      latest(events, /^(Failed|InspectFailed)$/, /pull|image/i);
  const said = [waiting.message ?? "", event?.message ?? "", waiting.reason ?? ""].join("\n").slice(0, 4_000);
  // The image's own name may hold any word, so it is taken out before the words are read.
  const words = image ? said.replaceAll(image, "") : said;
  const kind = KINDS.find((one) => one.message.test(words));
  return [{
    group: "start-up",
    cause: kind?.cause ?? "image_unpullable",
    object: ownerRef(pod),
    says: `The image ${image} of ${pod.name} cannot be pulled: ${kind?.says ?? "the kubelet does not say why"}.`,
    for: [
      quote(refOf(pod), `status.containerStatuses[${waiting.name}].state.waiting.reason`, waiting.reason ?? ""),
      quote(refOf(pod), `spec.containers[${waiting.name}].image`, image),
      ...event ? [quoteEvent(event)] : [],
    ],
    against: [],
    certainty: kind?.certainty ?? 0.7,
    explains: [refOf(pod)],
    fix: kind?.cause === "image_pull_secret"
      ? [
        `kubectl create secret docker-registry <name> -n ${
          shellWord(pod.namespace)
        } --docker-server=<registry> --docker-username=<user> --docker-password=<token>`,
        kubectl(
          "patch",
          ownerRef(pod),
          `-p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"<name>"}]}}}}'`,
        ),
      ]
      : [kubectl("set image", ownerRef(pod), `${shellWord(waiting.name)}=<an image that exists>`)],
  }];
}
