import type { Facts } from "../facts.ts";
import type { ClusterCause, ClusterResult } from "./result.ts";

const HOST_PORT = /(?<![\w.-])(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z][\w-]{0,62}(?:\.[\w-]{1,63}){0,5}):\d{2,5}\b/gi;
const PATH = /(?<![\w.:/}<])\/[A-Za-z0-9_{][\w{}.~%$-]{0,80}(?:\/[\w{}.~%$-]{1,80}){0,8}/g;

/** What the cluster's objects say: texts, counts, and the names and addresses in them. */
export function clusterFacts(result: ClusterResult, facts: Facts): void {
  facts.quote(result);
  for (const one of [...result.causes ?? [], ...result.elsewhere ?? []]) causeFacts(one, facts);
  for (const { object, says } of result.symptoms ?? []) textFacts(says, facts, [object]);
  for (const { object, state } of result.about ?? []) {
    if (state === null) continue;
    facts.conclusion(`${state}.`, [object]);
    textFacts(state, facts, [object]);
  }
  const { pods, workloads, nodes, events } = result.counts ?? {};
  facts.count(pods, ["pod"]).count(workloads, ["workload"]).count(nodes, ["node"]).count(events, ["event"]);
  facts.count(result.symptom_count, ["symptom"]);
}

function causeFacts(one: ClusterCause, facts: Facts): void {
  facts.conclusion(one.says, [one.object]);
  textFacts(one.says, facts, [one.object]);
  for (const { object, field, text } of [...one.evidence ?? [], ...one.against ?? []]) {
    textFacts(text, facts, [object]);
    facts.quote(`${field}: ${text}`);
  }
  for (const line of one.fix ?? []) textFacts(line, facts, []);
  for (const pod of one.pods ?? []) facts.instance(pod);
}

/** A text that may be quoted, with its numbers, and the addresses and paths that it names. */
export function textFacts(text: string, facts: Facts, about: readonly string[]): void {
  facts.said(text, about);
  for (const [address] of text.slice(0, 1_000).matchAll(HOST_PORT)) facts.instance(address);
  for (const [path] of text.slice(0, 1_000).matchAll(PATH)) facts.route(path);
}
