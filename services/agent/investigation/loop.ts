import { redactDeep, type ToolCall } from "../incidents/mod.ts";
import { ModelError, withoutLinks } from "../model/mod.ts";
import type { Answer, Brain, Call, Step, View } from "./brains/brain.ts";
import { createRulesBrain } from "./brains/rules/rules.ts";
import { checkDraft } from "./check/mod.ts";
import { conclude, unsupported, verdictProblem } from "./conclude.ts";
import type { Draft } from "./diagnosis.ts";
import { coveredBy, execute, prepare, type Prepared } from "./execute.ts";
import { numberOf } from "./ledger.ts";
import type { LoopOptions, Outcome, StepRecord } from "./loop_options.ts";
import { sleep } from "../../lib/waiting/mod.ts";
import { applies, tools } from "./tools/mod.ts";

const MOST_CALLS = 8;
/** The rules look at many services at once. */
const MOST_CALLS_OF_RULES = 80;
/** Longest reported reason, in characters. */
const LONGEST_REASON = 500;
/** Of the budget, kept for the rules when a model uses it up. */
const RESERVE = 0.25;

/** Investigates until there is a diagnosis; there always is one, unless `signal` ends it. */
export function runLoop(options: LoopOptions): Promise<Outcome> {
  return new Loop(options).run();
}

class Loop {
  readonly #options: LoopOptions;
  readonly #ledger: ToolCall[];
  readonly #steps: Step[] = [];
  readonly #startedAt = performance.now();
  readonly #rules = createRulesBrain();
  #brain: Brain;
  #degraded: string | undefined;
  #nextId: number;
  #tokens = 0;
  #repairs = 0;
  #revised = false;
  #idleSteps = 0;
  /** The model's first answer, asked for while the first calls are under way. */
  #early: Promise<Answer> | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#ledger = [...options.ledger];
    this.#brain = options.model ?? this.#rules;
    this.#degraded = options.withoutModel;
    const taken = [...(options.takenIds ?? []), ...options.ledger.map((entry) => entry.id)];
    const planned = [...options.records.values()].flatMap((record) => record.calls?.map((call) => call.id ?? "") ?? []);
    this.#nextId = Math.max(0, ...[...taken, ...planned].map(numberOf)) + 1;
  }

  async run(): Promise<Outcome> {
    for (let step = 1;; step++) {
      const stored = this.#options.records.get(step);
      // What a model says is kept without secrets, too.
      const record = stored ?? redactDeep(await this.#decide(step));
      if (stored === undefined) await this.#options.recorder.step(step, record);
      else if (record.calls?.some((call) => call.id === null)) this.#repairs++;
      this.#tokens += record.tokens ?? 0;
      if (record.degraded !== undefined) {
        this.#degraded = record.degraded;
        this.#brain = this.#rules;
      } else if (record.rejected !== undefined) {
        this.#revised = true;
        this.#steps.push({ brain: record.brain, calls: [], rejected: record.rejected });
      } else if (record.draft !== undefined) {
        return this.#end(step, record.draft, record.brain);
      } else {
        if (step === 1 && this.#brain !== this.#rules && !this.#options.records.has(2)) this.#askEarly();
        await this.#carryOut(step, record);
      }
    }
  }

  #askEarly(): void {
    this.#early = this.#brain.next({ ...this.#view(false), ledger: [], steps: [] }, this.#options.signal);
    // Checked in the next step.
    this.#early.catch(() => {});
  }

  async #decide(step: number): Promise<StepRecord> {
    if (step === 1) return this.#assign("loop", firstCalls(this.#options.situation));
    const model = this.#brain !== this.#rules;
    const conclude = this.#mustConclude(step);
    if (model && conclude) return degradedBy(`the budget was used up (${this.#usedUp(step)})`);
    if (model && this.#idleSteps >= 2) return degradedBy("the model asked for the same again and again");
    const early = this.#early;
    this.#early = undefined;
    let answer: Answer;
    try {
      answer = await (early ?? this.#brain.next(this.#view(conclude), this.#options.signal));
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (!model) throw error;
      return await this.#afterFailure(step, error);
    }
    const tokens = answer.tokens ?? 0;
    if (answer.kind === "diagnosis") return { ...this.#judge(answer.draft), tokens };
    if (answer.calls.length === 0) {
      return { ...this.#repairOr("the model's answer was empty", "An answer must call tools."), tokens };
    }
    const record = this.#assign(this.#brain.name, answer.calls);
    const bad = record.calls!.filter((call) => call.id === null);
    if (bad.length > 0 && model && ++this.#repairs > 1) {
      return { ...degradedBy(`the model's calls were wrong: ${bad[0]!.note}`), tokens };
    }
    return { ...record, tokens };
  }

  /** A model that failed is asked once more where that can help. */
  async #afterFailure(step: number, error: unknown): Promise<StepRecord> {
    const { log } = this.#options;
    if (!(error instanceof ModelError)) {
      log.error("cannot use the model's answer", { error });
      return degradedBy("the model's answer could not be used");
    }
    log.warn("model did not answer", { kind: error.kind, reason: error.message });
    const wait = error.retryAfterMs;
    if (wait === undefined || this.#repairs > 0 || wait > this.#modelMsLeft()) return degradedBy(error.message);
    this.#repairs++;
    if (error.kind === "malformed" || error.kind === "empty") {
      this.#steps.push({
        brain: this.#brain.name,
        calls: [{ tool: "", arguments: {}, id: null, note: error.message }],
      });
    }
    await sleep(wait, this.#options.signal);
    return this.#decide(step);
  }

  #repairOr(reason: string, note: string): StepRecord {
    if (this.#repairs++ > 0) return degradedBy(reason);
    return { brain: this.#brain.name, calls: [{ tool: "", arguments: {}, id: null, note }] };
  }

  /** A diagnosis that does not hold goes back once; one whose core does not hold then is not used. */
  #judge(draft: Draft): StepRecord {
    const brain = this.#brain.name;
    if (this.#brain === this.#rules) return { brain, draft };
    const { situation } = this.#options;
    const checked = checkDraft(draft, this.#ledger);
    const wrongVerdict = verdictProblem(draft, situation, this.#ledger);
    const problems = [...checked.problems, ...(wrongVerdict === null ? [] : [wrongVerdict])];
    if (problems.length === 0 && unsupported(checked) === null) return { brain, draft };
    if (!this.#revised && this.#modelMsLeft() > 0) {
      const reason = unsupported(checked);
      return { brain, rejected: { draft, problems: problems.length > 0 ? problems : [reason!] } };
    }
    if (wrongVerdict !== null) return degradedBy(`the model's verdict does not fit what was measured: ${wrongVerdict}`);
    const reason = unsupported(checked);
    return reason === null
      ? { brain, draft }
      : degradedBy(`the model's diagnosis does not stand in the evidence: ${reason}`);
  }

  /** Gives each call its place in the ledger, or the entry that answers it already. */
  #assign(brain: string, calls: readonly Call[]): StepRecord {
    const planned: { prepared: Prepared; id: string }[] = [];
    const most = brain === this.#rules.name ? MOST_CALLS_OF_RULES : MOST_CALLS;
    const assigned = calls.map((call, index) => {
      if (index >= most) return { ...call, id: null, note: `only ${most} calls are made in one step` };
      const prepared = prepare(call);
      if ("problem" in prepared) return { ...call, id: null, note: prepared.problem };
      const earlier = coveredBy(prepared, this.#ledger)?.id ??
        planned.find((other) =>
          other.prepared.tool === prepared.tool &&
          JSON.stringify(other.prepared.arguments) === JSON.stringify(prepared.arguments)
        )?.id;
      const id = earlier ?? `E${this.#nextId++}`;
      if (earlier === undefined) planned.push({ prepared, id });
      const note = earlier === undefined ? {} : { note: `answered by ${earlier} already` };
      return { tool: call.tool, arguments: prepared.arguments, id, ...note };
    });
    return { brain, calls: assigned };
  }

  /** Makes the calls of a step that have no answer yet, all at once, and keeps each as it ends. */
  async #carryOut(step: number, record: StepRecord): Promise<void> {
    const { situation, sources, store, now, signal, log, recorder, makeCall = execute } = this.#options;
    const calls = record.calls ?? [];
    const known = new Set(this.#ledger.map((entry) => entry.id));
    const due = calls.filter((call) => call.id !== null && !known.has(call.id) && call.note === undefined);
    const before = [...this.#ledger];
    const entries = await Promise.all(due.map(async (call) => {
      const prepared = prepare(call) as Prepared;
      const slot = { id: call.id!, step, episode: situation.episode };
      const context = { situation, ledger: before, sources, store, now, signal, log, remainingMs: this.#msLeft() };
      const entry = await makeCall(prepared, slot, context);
      await recorder.call(entry);
      return entry;
    }));
    this.#ledger.push(...entries);
    this.#ledger.sort((a, b) => numberOf(a.id) - numberOf(b.id));
    // A model's first answer was given before it saw what the loop had fetched.
    const repeats = due.length === 0 && step > 2 && calls.every((call) => call.id !== null);
    this.#idleSteps = repeats ? this.#idleSteps + 1 : 0;
    this.#steps.push({ brain: record.brain, calls });
  }

  #end(step: number, draft: Draft, brain: string): Outcome {
    const { situation, now } = this.#options;
    const diagnosis = conclude({
      draft,
      brain: brain === "openai" ? "openai" : "rules",
      degraded: this.#degraded,
      situation,
      ledger: this.#ledger,
      at: now().toISOString(),
    });
    const tokens = this.#tokens;
    return { diagnosis: tokens > 0 ? { ...diagnosis, tokens } : diagnosis, tokens, steps: step };
  }

  #view(conclude: boolean): View {
    const { situation, now } = this.#options;
    return { situation, ledger: this.#ledger, steps: this.#steps, conclude, now };
  }

  #mustConclude(step: number): boolean {
    const left = this.#brain === this.#rules ? this.#msLeft() : this.#modelMsLeft();
    return step >= this.#options.limits.steps || left <= 0;
  }

  #usedUp(step: number): string {
    const { steps, budgetMs } = this.#options.limits;
    return step >= steps ? `${steps} steps` : `${Math.round(budgetMs / 1000)} s`;
  }

  #msLeft(): number {
    return this.#options.limits.budgetMs - (performance.now() - this.#startedAt);
  }

  #modelMsLeft(): number {
    return this.#msLeft() - this.#options.limits.budgetMs * RESERVE;
  }
}

/** Always made first, in parallel, whatever a brain would say. */
function firstCalls(situation: LoopOptions["situation"]): Call[] {
  return [...tools.values()].filter((tool) => tool.always && applies(tool, situation))
    .map((tool) => ({ tool: tool.name, arguments: {} }));
}

/** What a model wrote may be part of the reason. */
function degradedBy(reason: string): StepRecord {
  return { brain: "loop", degraded: withoutLinks(reason).slice(0, LONGEST_REASON) };
}
