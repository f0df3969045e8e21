import type { Cluster, Ref } from "./objects.ts";
import { type Finding, quote, type Rule } from "./rules/rule.ts";
import { RULES } from "./rules/table.ts";
import { type Symptom, symptomsOf } from "./symptoms.ts";
import { sameRef, View } from "./view.ts";

export interface Weighed extends Finding {
  /** Its certainty and what of the trouble it accounts for, 0 to 1. */
  score: number;
  explained: Symptom[];
  unexplained: Symptom[];
  /** Another finding whose fault brings this one about. */
  follows?: Finding;
}

export interface Judgement {
  /** Causes, the likeliest first; empty: nothing in the cluster is wrong. */
  causes: Weighed[];
  /** What was found and follows from a cause. */
  victims: Weighed[];
  symptoms: Symptom[];
}

/** How much the share of the trouble that a finding explains may outweigh certainty. */
const COVERAGE = 0.2;
/** A finding that nothing in trouble bears out is no cause. */
const ENOUGH = 0.45;
/** How much of what a finding leaves unexplained is told against it. */
const MAX_LEFT = 5;

/** Every rule's findings, weighed against each other by what each explains and what it leaves unexplained. */
export function weigh(cluster: Cluster, rules: readonly Rule[] = RULES): Judgement {
  const view = new View(cluster);
  const symptoms = symptomsOf(view);
  const weighed = rules.flatMap((rule) => rule.find(view)).map((one) => scored(view, one, symptoms))
    .filter((one) => one.score >= ENOUGH)
    .toSorted((one, other) => other.score - one.score);
  const causes: Weighed[] = [];
  const victims: Weighed[] = [];
  for (const one of weighed) {
    const cause = causes.find((each) => bringsAbout(each, one));
    if (cause) victims.push({ ...one, follows: cause });
    else causes.push(one);
  }
  return { causes, victims, symptoms };
}

function scored(view: View, finding: Finding, symptoms: Symptom[]): Weighed {
  const covers = coverage(view, finding);
  const explained = symptoms.filter((one) => covers(one.object));
  const unexplained = symptoms.filter((one) => !explained.includes(one));
  const share = symptoms.length === 0 ? 0 : explained.length / symptoms.length;
  const score = Math.min(1, finding.certainty * (1 - COVERAGE) + COVERAGE * share);
  const left = unexplained.slice(0, MAX_LEFT).map((one) => quote(one.object, "left unexplained", one.says));
  return { ...finding, against: [...finding.against, ...left], score, explained, unexplained };
}

/** What a fault accounts for: its object, what its rule names, and everything that waits for either. */
function coverage(view: View, finding: Finding): (object: Ref) => boolean {
  const hit = [finding.object, ...finding.explains];
  const names = new Set<string>();
  const queue = hit.filter((one) => one.kind !== "Node").map((one) => `${one.namespace}/${one.name}`);
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (names.has(key)) continue;
    names.add(key);
    const slash = key.indexOf("/");
    queue.push(...view.callsTo(key.slice(0, slash), key.slice(slash + 1)).map((one) => `${one.namespace}/${one.from}`));
  }
  return (object) =>
    hit.some((one) => sameRef(one, object)) ||
    object.kind !== "Node" && names.has(`${object.namespace}/${object.name}`);
}

/** A finding follows from a surer one that names its object among what it explains, or that is about the same object. */
function bringsAbout(cause: Finding, other: Finding): boolean {
  if (sameRef(cause.object, other.object)) return true;
  return cause.explains.some((one) => sameRef(one, other.object)) ||
    other.explains.length > 0 && cause.explains.length > 0 && isBroad(cause) &&
      other.explains.every((one) => cause.explains.some((each) => sameRef(each, one)));
}

function isBroad(finding: Finding): boolean {
  return finding.object.kind === "Node" || finding.object.kind === "Namespace";
}
