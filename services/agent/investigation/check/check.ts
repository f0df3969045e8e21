import type { Claim, ToolCall } from "../../incidents/mod.ts";
import type { Draft } from "../diagnosis.ts";
import { Evidence } from "./evidence.ts";
import { type Fact, factsOf } from "./facts.ts";

/** What held of a draft and what did not. */
export interface Checked {
  readonly claims: readonly Claim[];
  /** The draft without what does not hold. */
  readonly kept: Draft;
  /** What does not hold, each with its reason; empty when all does. */
  readonly problems: readonly string[];
  /** File and line are in a stack frame, or were read and quoted. */
  readonly placeHolds: boolean;
  /** No sentence of the root cause had to go. */
  readonly causeHolds: boolean;
}

/** Checks everything that a draft asserts against the ledger; the brain is never trusted. */
export function checkDraft(draft: Draft, ledger: readonly ToolCall[]): Checked {
  const evidence = new Evidence(ledger);
  const problems: string[] = [];
  const claims = draft.claims.map(({ text, evidence: ids }): Claim => {
    const reasons = claimProblems(text, ids, evidence);
    problems.push(...reasons.hard);
    return {
      text,
      evidence: ids.filter((id) => evidence.has(id)),
      verified: reasons.hard.length === 0 && reasons.checkable,
    };
  });
  const place = checkPlace(draft, evidence);
  problems.push(...place.problems);
  const cause = keepSentences(draft.root_cause, evidence);
  problems.push(...cause.problems.map((p) => `root_cause: ${p}`));
  const fix = keepSentences(draft.suggested_fix, evidence, ADVICE);
  problems.push(...fix.problems.map((p) => `suggested_fix: ${p}`));
  // What the runbook says to check is its owner's word and asserts nothing.
  const steps = draft.next_steps.map((step) => ({
    step,
    ...(evidence.inRunbook(step) ? { problems: [] } : keepSentences(step, evidence, ADVICE)),
  }));
  problems.push(...steps.flatMap((s) => s.problems.map((p) => `next_steps: ${p}`)));
  return {
    claims,
    kept: {
      ...draft,
      root_cause: cause.text,
      suggested_fix: fix.text,
      next_steps: steps.filter((s) => s.problems.length === 0).map((s) => s.step),
      affected_file: place.file,
      line_number: place.line,
    },
    problems,
    placeHolds: place.file !== null && place.line !== null,
    causeHolds: cause.problems.length === 0,
  };
}

/** Advice may name numbers and code of its own, but no place, instance or route that is not there. */
const ADVICE: readonly Fact["kind"][] = ["place", "instance"];

function claimProblems(
  text: string,
  ids: readonly string[],
  evidence: Evidence,
): { hard: string[]; checkable: boolean } {
  const hard: string[] = [];
  const missing = ids.filter((id) => !evidence.has(id));
  if (missing.length > 0) {
    hard.push(`claim ${JSON.stringify(text)} cites ${missing.join(", ")}, which is no entry with a result`);
  }
  if (ids.length === 0) hard.push(`claim ${JSON.stringify(text)} cites no entry`);
  const facts = factsOf(text, evidence);
  // What rules concluded holds as a whole: they read it from the objects.
  if (evidence.concluded(text, ids)) return { hard, checkable: true };
  for (const fact of facts) {
    if (evidence.confirms(fact, ids, facts, text)) continue;
    const elsewhere = evidence.current.filter((id) => evidence.confirms(fact, [id], facts, text));
    hard.push(
      `claim ${JSON.stringify(text)}: ${JSON.stringify(fact.raw)} is not in ${ids.join(", ") || "any cited entry"}` +
        (elsewhere.length > 0 ? ` (it is in ${elsewhere.join(", ")})` : ""),
    );
  }
  // That an instance or a route exists says nothing about it.
  return { hard, checkable: facts.some((fact) => fact.kind !== "instance" && fact.kind !== "route") };
}

function keepSentences(
  text: string,
  evidence: Evidence,
  kinds?: readonly Fact["kind"][],
): { text: string; problems: string[] } {
  const problems: string[] = [];
  const kept = sentencesOf(text).filter((sentence) => {
    if (evidence.concluded(sentence, evidence.current)) return true;
    const facts = factsOf(sentence, evidence);
    const wrong = facts.filter((fact) =>
      (kinds === undefined || kinds.includes(fact.kind)) && !evidence.confirms(fact, evidence.current, facts, sentence)
    );
    problems.push(...wrong.map((fact) => `${JSON.stringify(fact.raw)} is in no entry`));
    return wrong.length === 0;
  });
  return { text: kept.join(" ").trim(), problems };
}

function checkPlace(
  draft: Draft,
  evidence: Evidence,
): { file: string | null; line: number | null; problems: string[] } {
  const { affected_file: file, line_number: line } = draft;
  if (file === null) return { file: null, line: null, problems: [] };
  if (!evidence.hasFile(file)) {
    return { file: null, line: null, problems: [`affected_file ${file} is in no stack frame and was not read`] };
  }
  if (line === null) return { file, line: null, problems: [] };
  if (evidence.inFrame(file, line)) return { file, line, problems: [] };
  const text = evidence.codeLine(file, line);
  if (text === undefined) {
    return { file, line: null, problems: [`line ${line} of ${file} is in no stack frame and was not read`] };
  }
  const words = [draft.root_cause, ...draft.claims.map((claim) => claim.text)].join(" ").replaceAll(/\s+/g, "");
  const quoted = text.replaceAll(/\s+/g, "");
  if (quoted.length >= 4 && words.includes(quoted)) return { file, line, problems: [] };
  return {
    file,
    line: null,
    problems: [`line ${line} of ${file} is in no stack frame; if it is the place all the same, quote what it says`],
  };
}

/** Sentences of a text; a full stop within a file name, a number or a quotation ends none. */
export function sentencesOf(text: string): string[] {
  const out: string[] = [];
  let start = 0;
  let quote: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote !== null) {
      if (char === quote || char === "\n") quote = null;
    } else if (char === '"' || char === "`") quote = char;
    else if (char === "\n" || (/[.!?]/.test(char) && endsSentence(text, i))) {
      out.push(text.slice(start, i + 1).trim());
      start = i + 1;
    }
  }
  out.push(text.slice(start).trim());
  return out.filter((sentence) => sentence !== "");
}

/** Whether the mark at `at` ends a sentence: white space follows, and no usual abbreviation stands before it. */
function endsSentence(text: string, at: number): boolean {
  return /^(\s|$)/.test(text.slice(at + 1, at + 2)) &&
    !/\b(?:e\.g|i\.e|etc|vs|approx|cf|no)$/i.test(text.slice(Math.max(0, at - 8), at));
}
