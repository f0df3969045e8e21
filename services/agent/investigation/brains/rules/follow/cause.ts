import { type Failure, peerText, type Way } from "../../../dependencies/mod.ts";
import type { Draft } from "../../../diagnosis.ts";
import { calleesOf, type Node, type ServiceGraph } from "../../../graph/mod.ts";
import type { Shape } from "../../../sources/mod.ts";
import type { View } from "../../brain.ts";
import { isWeak } from "./frontier.ts";
import { draftByLog, failuresOf, graphIn, type Look, lookAt, sideOf, STALE_MS } from "./look.ts";
import { beganAfter, isUsual } from "./onset.ts";
import { declaredCallees, isAboutOther } from "./other_measure.ts";

/** Where a symptom comes from. */
export interface Cause {
  /** A service's name, or the address of something outside. */
  readonly name: string;
  /** What is wrong there, where it could be looked at. */
  readonly draft: Draft | null;
  readonly look: Look | null;
  /** How calls to it fail, as the last service before it says. */
  readonly seen: Seen | null;
  /** The services from the symptom to it, it left out. */
  readonly path: readonly Step[];
  /** How many ways lead to it from services that name it by themselves. */
  readonly callers: number;
  /** How much of the trouble it explains, 0 to 1. */
  readonly weight: number;
}

/** How one service on the way sees the next. */
export interface Step {
  readonly look: Look;
  readonly seen: Seen | null;
}

/** A call that fails, with how often. */
export interface Seen {
  readonly by: Look;
  readonly failure: Failure;
  readonly shape: Shape;
  readonly count: number;
  /** Of so many error entries of that service. */
  readonly of: number;
  readonly node: Node | undefined;
}

/** Where the trouble of the incident's service comes from; null where it has it itself, or nothing tells. */
export function causeOf(view: Pick<View, "situation" | "ledger">): Cause | null {
  const own = view.situation.service;
  if (own === undefined || (view.situation.services ?? []).length < 2) return null;
  const walk = new Walk(view);
  const found = walk.from(own.name, { named: false, passed: new Set() }) ?? walk.fromNeeded(own.name) ??
    walk.fromCallers(own.name);
  if (found === null || found.path.length === 0) return null;
  // Something outside that the service itself calls: its own conclusion says that, with the place of the call.
  const { seen, path: [only, ...more] } = found;
  const nameless = seen !== null && (seen.node === undefined || seen.node.name === nameOf(seen.failure, only!.look));
  return nameless && more.length === 0 ? null : found;
}

interface Arrival {
  /** A caller says that calls to it fail. */
  readonly named: boolean;
  /** When that began; what was over before is no reason. */
  readonly since?: number;
  readonly passed: ReadonlySet<string>;
}

/** Ways to fail that are the caller's own, unless the other side shows a fault: its own pool, its own requests. */
const OF_CALLER: ReadonlySet<Way> = new Set(["pool_exhausted", "rejected"]);
/** Those that say nothing of the other side: only a client orders its locks, and a name without an address leads nowhere. */
const STAYS: ReadonlySet<Way> = new Set(["deadlock", "dns"]);

/** A process that ended or hangs does no work that others wait for. */
const STOPPED: ReadonlySet<string> = new Set(["crash", "unresponsive", "out_of_memory", "memory"]);
/** No call that fails leads there. */
const NEEDED = 0.6;

class Walk {
  readonly #graph: ServiceGraph;
  readonly #view: Pick<View, "situation" | "ledger">;
  readonly #looks = new Map<string, Look | undefined>();

  constructor(view: Pick<View, "situation" | "ledger">) {
    this.#view = view;
    this.#graph = graphIn(view);
  }

  from(name: string, arrival: Arrival): Cause | null {
    const look = this.#look(name);
    if (look === undefined) return null;
    const passed = new Set([...arrival.passed, name]);
    const here = { name, draft: look.draft, look, seen: null, path: [], callers: 1, weight: 1 };
    const recovered = diedLongBefore(look, arrival.since);
    if (look.finding === "own" && !isWeak(look) && !recovered) return here;
    const named = arrival.named && !isOver(look, arrival.since);
    const failing = look.finding === "calls" || (named && look.signals.shape?.failure !== undefined)
      ? this.#overFailures(look, passed)
      : null;
    if (failing !== null) return failing;
    const open = look.finding !== "well" || arrival.named;
    const further = open ? this.#overCallees(look, passed) : null;
    if (further !== null) return further;
    if ((look.finding === "own" && !recovered) || look.finding === "waits") return here;
    // Others say that it fails: then what it logs tells, however little of its traffic that is.
    const byLog = named || look.finding === "calls" ? draftByLog(look) : null;
    return byLog === null ? null : { ...here, draft: byLog };
  }

  /** What a service needs and that ended or hangs, where its alert is about a measure that is not read. */
  fromNeeded(name: string): Cause | null {
    const look = this.#look(name);
    if (look?.finding !== "well" || !isAboutOther(look.situation)) return null;
    const causes = declaredCallees(look.situation).flatMap((needed): Cause[] => {
      const found = this.#look(needed);
      if (found?.finding !== "own" || !STOPPED.has(found.draft.category ?? "")) return [];
      const draft = { ...found.draft, certainty: NEEDED };
      return [{ name: needed, draft, look: found, seen: null, path: [{ look, seen: null }], callers: 1, weight: 1 }];
    });
    return causes.length === 1 ? causes[0]! : null;
  }

  /** A service of which too little could be read, as those see it whose calls to it fail. */
  fromCallers(name: string): Cause | null {
    if (this.#look(name)?.finding !== "unknown") return null;
    const causes = (this.#view.situation.services ?? []).flatMap(({ name: caller }): Cause[] => {
      const look = caller === name ? undefined : this.#look(caller);
      if (look === undefined) return [];
      const failures = failuresOf(look);
      const all = failures.reduce((sum, { count }) => sum + count, 0);
      return failures.flatMap(({ failure, shape, count }): Cause[] => {
        const node = sideOf(this.#graph, { by: caller, failure });
        if (node?.name !== name || STAYS.has(failure.way) || OF_CALLER.has(failure.way)) return [];
        const seen: Seen = { by: look, failure, shape, count, of: look.signals.logs?.result.count ?? all, node };
        return [{ name, draft: null, look: null, seen, path: [{ look, seen }], callers: 1, weight: count }];
      });
    });
    return heaviest(causes.sort((a, b) => b.weight - a.weight));
  }

  /** On to what the errors of a service name. */
  #overFailures(look: Look, passed: ReadonlySet<string>): Cause | null {
    const failures = failuresOf(look);
    const all = failures.reduce((sum, { count }) => sum + count, 0);
    const causes = failures.slice(0, 4).map(({ failure, shape, count }): Cause => {
      const node = sideOf(this.#graph, { by: look.service, failure, isIll: (name) => this.#isIll(name) });
      const seen: Seen = { by: look, failure, shape, count, of: look.signals.logs?.result.count ?? all, node };
      const stays = STAYS.has(failure.way);
      const further = stays || node === undefined || passed.has(node.name) ? null : this.from(node.name, {
        named: true,
        passed,
        ...(shape.first === null ? {} : { since: Date.parse(shape.first) }),
      });
      const usual = further?.look != null && isUsual(further.look, shape.first);
      const beyond = usual ? null : further;
      const weight = count / all;
      if (beyond !== null) return { ...beyond, path: [{ look, seen }, ...beyond.path], weight: beyond.weight * weight };
      if (stays || (OF_CALLER.has(failure.way) && (node === undefined || usual || !this.#isIll(node.name)))) {
        return {
          name: look.service,
          draft: draftByLog(look) ?? look.draft,
          look,
          seen: null,
          path: [],
          callers: 1,
          weight,
        };
      }
      return {
        name: node?.name ?? nameOf(failure, look),
        draft: null,
        look: null,
        seen,
        path: [{ look, seen }],
        callers: 1,
        weight,
      };
    });
    return heaviest(causes);
  }

  /** On to the callee that has a trouble itself, where nothing that is logged names one. */
  #overCallees(look: Look, passed: ReadonlySet<string>): Cause | null {
    const causes = calleesOf(this.#graph, look.service).filter((name) => !passed.has(name)).flatMap((name) => {
      const callee = this.#look(name);
      if (callee === undefined || callee.finding === "well" || beganAfter(callee, look)) return [];
      if (callee.finding === "unknown") return this.#byOwnWords(callee, look);
      const beyond = this.from(name, { named: false, passed });
      return beyond === null ? [] : [{ ...beyond, path: [{ look, seen: null }, ...beyond.path] }];
    });
    return causes.sort((a, b) => strength(b) - strength(a))[0] ?? null;
  }

  /** A store that is not measured, and says in its own log now what its caller may wait for. */
  #byOwnWords(callee: Look, look: Look): Cause[] {
    const { shape, logs } = callee.signals;
    const store = this.#graph.nodes.some(({ name, kind }) => name === callee.service && kind !== "service");
    const isNow = (logs?.result.count_last_30_seconds ?? 0) > 0;
    const draft = store && isNow && shape?.failure !== undefined ? draftByLog(callee) : null;
    if (draft === null) return [];
    const path = [{ look, seen: null }];
    return [{ name: callee.service, draft, look: callee, seen: null, path, callers: 1, weight: 1 }];
  }

  #isIll(name: string): boolean {
    const finding = this.#look(name)?.finding;
    return finding !== undefined && finding !== "well" && finding !== "unknown";
  }

  #look(name: string): Look | undefined {
    if (!this.#looks.has(name)) this.#looks.set(name, lookAt(this.#view, name));
    return this.#looks.get(name);
  }
}

/** Whether the newest error of a service is older than what it is to explain, by more than clocks and batches differ. */
function isOver({ signals: { shape } }: Look, since: number | undefined): boolean {
  return since !== undefined && shape?.last != null && Date.parse(shape.last) < since - STALE_MS;
}

/** Whether all that is wrong with a service is that it ended and was back before what that is to explain began. */
function diedLongBefore({ draft, signals: { crashed, deaths } }: Look, since: number | undefined): boolean {
  return since !== undefined && draft.category === "crash" && deaths.length > 0 &&
    !crashed.some(({ down }) => down) && deaths.every(({ at }) => Date.parse(at) < since - STALE_MS);
}

function nameOf({ peer, kind }: Failure, { service }: Look): string {
  if (peer !== null) return peerText(peer);
  return kind === null || kind === "service" ? `what ${service} calls` : `${kind} of ${service}`;
}

/** The cause that explains most; several ways to the same one count together. */
function heaviest(causes: readonly Cause[]): Cause | null {
  const sums = new Map<string, Cause>();
  for (const cause of causes) {
    const known = sums.get(cause.name);
    sums.set(
      cause.name,
      known === undefined ? cause : {
        ...known,
        callers: known.callers + cause.callers,
        weight: known.weight + cause.weight,
      },
    );
  }
  return [...sums.values()].sort((a, b) => b.weight - a.weight || strength(b) - strength(a))[0] ?? null;
}

/** How sure a cause is: one that shows a fault of its own counts more than one that waits. */
function strength({ look, path }: Cause): number {
  const kind = look === null ? 1 : { own: 4, calls: 3, waits: 2, well: 0, unknown: 0 }[look.finding];
  return kind + path.length / 100;
}
