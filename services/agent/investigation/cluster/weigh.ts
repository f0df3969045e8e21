import type { Cluster, Ref } from "./objects.ts";
import { type Finding, quote, type Rule } from "./rules/rule.ts";
import { RULES } from "./rules/table.ts";
import { type Symptom, symptomsOf } from "./symptoms.ts";
import { sameRef, View } from "./view.ts";

export interface Weighed extends Finding {
  /** Its certainty and what of the trouble it accounts for, 0 to 1. */
  score: number;
  explained: Symptom[];
  /** The first ones. */
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
/** More causes at once are one that no rule knows. */
const MOST_CAUSES = 200;
/** How much of what a finding leaves unexplained is told against it. */
const MAX_LEFT = 5;

/**
 * Every rule's findings, weighed against each other by what each explains and what it leaves unexplained; where people ask
 * `about` objects that are in trouble, by what it explains of theirs.
 */
export function weigh(
  cluster: Cluster,
  { rules = RULES, about = [] }: { readonly rules?: readonly Rule[]; readonly about?: readonly Ref[] } = {},
): Judgement {
  const view = new View(cluster);
  const symptoms = symptomsOf(view);
  const by = new Map<string, { index: number; symptom: Symptom }[]>();
  for (const [index, symptom] of symptoms.entries()) {
    const key = keyOfRef(symptom.object);
    const list = by.get(key);
    if (list) list.push({ index, symptom });
    else by.set(key, [{ index, symptom }]);
  }
  const asked = new Set(about.map(keyOfRef).flatMap((key) => (by.get(key) ?? []).map((one) => one.symptom)));
  const told = { view, symptoms: { all: symptoms, by, about: asked } };
  const weighed = rules.flatMap((rule) => rule.find(view)).map((one) => scored(one, told))
    .filter((one) => one.score >= ENOUGH)
    .toSorted((one, other) => other.score - one.score);
  const causes: Weighed[] = [];
  const victims: Weighed[] = [];
  for (const one of weighed) {
    if (causes.length >= MOST_CAUSES) break;
    const cause = causes.find((each) => bringsAbout(each, one));
    if (cause) victims.push({ ...one, follows: cause });
    else causes.push(one);
  }
  return { causes, victims, symptoms };
}

function scored(finding: Finding, { view, symptoms }: Told): Weighed {
  const explained = [...coverage(view, finding)].flatMap((key) => symptoms.by.get(key) ?? [])
    .toSorted((one, other) => one.index - other.index).map((one) => one.symptom);
  const known = new Set(explained);
  const unexplained: Symptom[] = [];
  for (const one of symptoms.all) {
    if (unexplained.length >= MAX_LEFT) break;
    if (!known.has(one)) unexplained.push(one);
  }
  const weighty = symptoms.about.size === 0 ? symptoms.all.length : symptoms.about.size;
  const counted = symptoms.about.size === 0 ? explained : explained.filter((one) => symptoms.about.has(one));
  const share = weighty === 0 ? 0 : counted.length / weighty;
  const score = Math.min(1, finding.certainty * (1 - COVERAGE) + COVERAGE * share);
  const left = unexplained.map((one) => quote(one.object, "left unexplained", one.says));
  return { ...finding, against: [...finding.against, ...left], score, explained, unexplained };
}

/** What a rule's findings are held against. */
interface Told {
  readonly view: View;
  readonly symptoms: {
    readonly all: readonly Symptom[];
    readonly by: ReadonlyMap<string, { index: number; symptom: Symptom }[]>;
    /** Those that people ask about; empty: all of them. */
    readonly about: ReadonlySet<Symptom>;
  };
}

/** The keys of what a fault accounts for: its object, what its rule names, and everything that waits for either. */
function coverage(view: View, finding: Finding): Set<string> {
  const keys = new Set<string>();
  const queue = [finding.object, ...finding.explains].map(keyOfRef);
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (keys.has(key)) continue;
    keys.add(key);
    const slash = key.indexOf("/");
    queue.push(...view.callsTo(key.slice(0, slash), key.slice(slash + 1)).map((one) => `${one.namespace}/${one.from}`));
  }
  return keys;
}

/** Nodes have a key of their own: a workload may have a node's name. */
function keyOfRef(one: Ref): string {
  return one.kind === "Node" ? `Node /${one.name}` : `${one.namespace}/${one.name}`;
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
