import type { Pod } from "../objects.ts";
import { isReady, ownerRef, refOf, type View } from "../view.ts";
import { DATABASE, isDatabase } from "./database.ts";
import { around } from "./log_lines.ts";
import { type Finding, kubectl, once, quote, type Rule } from "./rule.ts";

/** One client cannot use a database that others use: its user, its password, its host or its port is wrong. */
export const databaseClient: Rule = {
  name: "database_client",
  group: "runtime",
  causes: ["database_credentials", "database_address"],
  looksAt: ["last log lines of containers that end", "the database's own pods"],
  find: (view) => once(view.troubled().flatMap((pod) => ofPod(view, pod))),
};

function ofPod(view: View, pod: Pod): Finding[] {
  const workload = view.workloadOf(pod);
  if (!workload || isDatabase(workload)) return [];
  if (!pod.containers.some((one) => one.restarts > 0 || one.state === "terminated")) return [];
  const lines = view.linesOf(workload);
  if (lines.some((one) => DATABASE.connections.test(one) || NAME.test(one))) return [];
  const refused = lines.find((one) => DATABASE.credentials.test(one));
  if (refused) return [finding(pod, "database_credentials", around(refused, DATABASE.credentials))];
  const aboutDatabase = lines.some((one) => DATABASE.client.test(one) && /exception|error|fail/i.test(one));
  const unreachable = lines.find((one) => DATABASE.unreachable.test(one));
  if (!aboutDatabase || !unreachable || !databasesAreWell(view, pod.namespace)) return [];
  return [finding(pod, "database_address", around(unreachable, DATABASE.unreachable))];
}

const NAME = /UnknownHost|no such host|name resolution|ENOTFOUND|EAI_AGAIN|could not translate host name/i;

/** While a database itself is down, clients that do not reach it are its victims. */
function databasesAreWell(view: View, namespace: string): boolean {
  return view.cluster.workloads.filter((one) => one.namespace === namespace && isDatabase(one)).every((one) =>
    one.replicas > 0 && view.podsOf(one).some(isReady)
  );
}

function finding(pod: Pod, cause: string, line: string): Finding {
  const credentials = cause === "database_credentials";
  return {
    group: "runtime",
    cause,
    object: ownerRef(pod),
    says: credentials
      ? `The database refuses the user or the password with which ${ownerRef(pod).name} connects.`
      : `${ownerRef(pod).name} does not reach its database under the address and port that it is given.`,
    for: [quote(refOf(pod), "logs", line)],
    against: [],
    certainty: credentials ? 0.92 : 0.82,
    explains: [refOf(pod)],
    fix: [
      kubectl("describe", refOf(pod), "# which Secret or ConfigMap its environment comes from"),
      kubectl("rollout restart", ownerRef(pod), "# after it is corrected"),
    ],
  };
}
