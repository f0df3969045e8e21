import type { ToolCall } from "../../../incidents/mod.ts";
import { cleanAdvice, withoutLinks } from "../../../model/mod.ts";
import { sentencesOf } from "../../check/mod.ts";
import type { Draft } from "../../diagnosis.ts";
import type { ClusterResult } from "../../tools/mod.ts";

/**
 * A model's draft as people may read it: no links anywhere, no commands and no requests for credentials in what it says
 * and advises, but for `commands`, which are our own, word for word. Commands that a claim quotes stay quotations: the
 * check asks whether they were seen.
 */
export function presentable(draft: Draft, commands: readonly string[] = []): Draft {
  const advice = (text: string) =>
    sentencesOf(text).map((sentence) => {
      const bare = commands.reduce((rest, command) => rest.replaceAll(command, "it"), sentence);
      const cleaned = cleanAdvice([bare]).text;
      return cleaned === bare.trim() ? sentence.trim() : cleaned;
    }).filter((sentence) => sentence !== "").join(" ");
  return {
    ...draft,
    root_cause: cleanAdvice(sentencesOf(draft.root_cause)).text,
    suggested_fix: advice(draft.suggested_fix),
    next_steps: draft.next_steps.map(advice).filter((step) => step !== ""),
    claims: draft.claims.map((claim) => ({ ...claim, text: withoutLinks(claim.text) })),
  };
}

/** The lines for a shell that the rules over the cluster show, the longest first: one may be a part of another. */
export function ownCommands(ledger: readonly ToolCall[]): string[] {
  const results = ledger.filter((call) => call.ok && call.tool === "check_cluster").map((call) =>
    call.result as Partial<ClusterResult>
  );
  const lines = results.flatMap((one) => [...one.causes ?? [], ...one.elsewhere ?? []]).flatMap((one) => one.fix ?? []);
  return [...new Set(lines)].filter((line) => line.startsWith("kubectl ")).toSorted((a, b) => b.length - a.length);
}
