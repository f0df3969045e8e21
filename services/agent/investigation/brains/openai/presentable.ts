import { cleanAdvice, withoutLinks } from "../../../model/mod.ts";
import { sentencesOf } from "../../check/mod.ts";
import type { Draft } from "../../diagnosis.ts";

/**
 * A model's draft as people may read it: no links anywhere, no commands and no requests for credentials in what it says
 * and advises. Commands that a claim quotes stay quotations: the check asks whether they were seen.
 */
export function presentable(draft: Draft): Draft {
  const advice = (text: string) => cleanAdvice(sentencesOf(text)).text;
  return {
    ...draft,
    root_cause: cleanAdvice(sentencesOf(draft.root_cause)).text,
    suggested_fix: advice(draft.suggested_fix),
    next_steps: draft.next_steps.map(advice).filter((step) => step !== ""),
    claims: draft.claims.map((claim) => ({ ...claim, text: withoutLinks(claim.text) })),
  };
}
