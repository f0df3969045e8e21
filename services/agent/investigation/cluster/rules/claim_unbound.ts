import { meets } from "../labels.ts";
import type { Claim, Pod, Volume } from "../objects.ts";
import { ownerRef, refOf, type View } from "../view.ts";
import { type Finding, kubectl, latest, once, type Quote, quote, quoteEvent, type Rule, shellWord } from "./rule.ts";

interface Misfit {
  cause: string;
  says: string;
  quotes: Quote[];
}

/** A pod waits for a claim that no volume can satisfy; each volume is held against what the claim asks for. */
export const claimUnbound: Rule = {
  name: "claim_unbound",
  group: "scheduling",
  causes: [
    "claim_capacity",
    "claim_access_mode",
    "claim_selector",
    "claim_storage_class",
    "volume_occupied",
    "claim_missing",
    "claim_no_volume",
    "claim_provisioning",
  ],
  looksAt: ["pods' claims", "PersistentVolumeClaims", "PersistentVolumes", "StorageClasses", "events of the claim"],
  find(view) {
    return once(
      view.troubled().flatMap((pod) =>
        pod.spec.mounts.filter((one) => one.kind === "claim" && one.source).flatMap((mount): Finding[] => {
          if (!view.knows("PersistentVolumeClaim") || pod.node) return [];
          const claim = view.cluster.claims.find((one) => one.namespace === pod.namespace && one.name === mount.source);
          const misfit = claim ? unboundClaim(view, claim) : missingClaim(pod, mount.source ?? "");
          return misfit ? [finding(view, pod, mount.source ?? "", misfit)] : [];
        })
      ),
    );
  },
};

function missingClaim(pod: Pod, name: string): Misfit {
  return {
    cause: "claim_missing",
    says: `claim ${name} does not exist`,
    quotes: [quote(refOf(pod), "spec.volumes[].persistentVolumeClaim.claimName", name)],
  };
}

function unboundClaim(view: View, claim: Claim): Misfit | undefined {
  if (claim.phase !== "Pending") return undefined;
  const ref = { kind: "PersistentVolumeClaim", namespace: claim.namespace, name: claim.name } as const;
  const event = latest(
    view.eventsOf(claim),
    /^(FailedBinding|ProvisioningFailed|WaitForFirstConsumer|ExternalProvisioning)$/,
  );
  const known = view.cluster.storageClasses.find((one) => one.name === claim.storageClass);
  if (claim.storageClass && !known && view.knows("StorageClass")) {
    const offered = view.cluster.volumes.some((one) => one.storageClass === claim.storageClass);
    if (!offered) {
      return {
        cause: "claim_storage_class",
        says: `storage class ${claim.storageClass} of claim ${claim.name} does not exist`,
        quotes: [quote(ref, "spec.storageClassName", claim.storageClass), ...event ? [quoteEvent(event)] : []],
      };
    }
  }
  if (event?.reason === "WaitForFirstConsumer" || event?.reason === "ExternalProvisioning") return undefined;
  if (event?.reason === "ProvisioningFailed") {
    return {
      cause: "claim_provisioning",
      says: `no volume could be made for ${claim.name}`,
      quotes: [quoteEvent(event)],
    };
  }
  const misfits = view.cluster.volumes.map((one) => misfitOf(claim, one)).filter((one) => one !== undefined);
  const best = misfits.toSorted((one, other) => one.distance - other.distance)[0];
  if (best) return { ...best, quotes: [...best.quotes, ...event ? [quoteEvent(event)] : []] };
  if (!event) return undefined;
  return { cause: "claim_no_volume", says: `there is no volume for claim ${claim.name}`, quotes: [quoteEvent(event)] };
}

/** The one thing in which a volume does not fit; of a volume that misses in more, the distance is greater. */
function misfitOf(claim: Claim, volume: Volume): (Misfit & { distance: number }) | undefined {
  const ref = { kind: "PersistentVolume", namespace: "", name: volume.name } as const;
  const misses: Misfit[] = [];
  if ((claim.storageClass ?? "") !== (volume.storageClass ?? "")) {
    misses.push({
      cause: "claim_storage_class",
      says: `claim ${claim.name} asks for storage class "${claim.storageClass ?? ""}", volume ${volume.name} has "${
        volume.storageClass ?? ""
      }"`,
      quotes: [quote(ref, "spec.storageClassName", volume.storageClass ?? "")],
    });
  }
  const modes = claim.accessModes.filter((one) => !volume.accessModes.includes(one));
  if (modes.length > 0) {
    misses.push({
      cause: "claim_access_mode",
      says: `claim ${claim.name} asks for ${modes.join(", ")}, volume ${volume.name} offers ${
        volume.accessModes.join(", ")
      }`,
      quotes: [quote(ref, "spec.accessModes", volume.accessModes.join(", "))],
    });
  }
  if (claim.selector.some((one) => !meets(one, volume.labels))) {
    misses.push({
      cause: "claim_selector",
      says: `the labels of volume ${volume.name} do not match the selector of claim ${claim.name}`,
      quotes: [quote(ref, "metadata.labels", JSON.stringify(volume.labels))],
    });
  }
  if ((claim.requestBytes ?? 0) > (volume.capacityBytes ?? Infinity)) {
    misses.push({
      cause: "claim_capacity",
      says:
        `claim ${claim.name} asks for ${claim.requestBytes} bytes, volume ${volume.name} has ${volume.capacityBytes}`,
      quotes: [quote(ref, "spec.capacity.storage", String(volume.capacityBytes))],
    });
  }
  const other = volume.claim && volume.claim !== `${claim.namespace}/${claim.name}`;
  if (other) {
    misses.push({
      cause: "volume_occupied",
      says: `volume ${volume.name} is bound to claim ${volume.claim}`,
      quotes: [quote(ref, "spec.claimRef", volume.claim ?? "")],
    });
  }
  const main = misses[0];
  return main && { ...main, distance: misses.length + (other && misses.length > 1 ? 10 : 0) };
}

function finding(view: View, pod: Pod, name: string, misfit: Misfit): Finding {
  const claim = { kind: "PersistentVolumeClaim", namespace: pod.namespace, name } as const;
  const event = latest(view.eventsOf(pod), /^FailedScheduling$/, /persistentvolumeclaim|PersistentVolumeClaim/);
  return {
    group: "scheduling",
    cause: misfit.cause,
    object: ownerRef(pod),
    says: `Pod ${pod.name} waits for its volume: ${misfit.says}.`,
    for: [...event ? [quoteEvent(event)] : [], ...misfit.quotes],
    against: [],
    certainty: misfit.cause === "claim_missing" ? 0.8 : 0.9,
    explains: [refOf(pod), claim],
    fix: [
      kubectl("describe", claim),
      "kubectl get pv",
      `kubectl delete pvc ${shellWord(name)} -n ${
        shellWord(pod.namespace)
      }  # then create it anew, as a volume offers it`,
    ],
  };
}
