import type { ToolCall } from "../../../incidents/mod.ts";
import { readSignals, type Signals } from "../../signals/mod.ts";
import type { Answer, Brain, Call, View } from "../brain.ts";
import { applies, tools } from "../../tools/mod.ts";
import * as conclude from "./conclusions/mod.ts";
import { callsToFollow, causeOf, tellCause } from "./follow/mod.ts";
import { concludeFrom } from "./local.ts";

export { concludeFrom } from "./local.ts";

/** Decides by fixed rules over the ledger; needs no model, no account and no network of its own. */
export function createRulesBrain(): Brain {
  return {
    name: "rules",
    next(view: View): Promise<Answer> {
      const signals = readSignals(view.situation, view.ledger);
      const calls = view.conclude ? [] : [...wantedCalls(view, signals), ...callsToFollow(view)];
      return Promise.resolve(
        calls.length > 0 ? { kind: "calls", calls } : { kind: "diagnosis", draft: concludeOver(view, signals) },
      );
    },
  };
}

/** What is wrong at the service itself, or at what it depends on, as far as that explains it. */
function concludeOver(view: View, signals: Signals) {
  const own = concludeFrom(signals, view);
  const cause = causeOf(view);
  return cause === null ? own : tellCause(cause, { view, own });
}

/** Useful calls that have not been made. */
function wantedCalls(view: View, signals: Signals): Call[] {
  const { frame, shape } = signals;
  const calls: Call[] = [
    { tool: "compare_instances", arguments: {} },
    { tool: "compare_routes", arguments: {} },
    { tool: "rank_suspects", arguments: {} },
    { tool: "recent_changes", arguments: { minutes: 15, ...(frame ? { file_path: frame.file } : {}) } },
    { tool: "list_alerts", arguments: {} },
    { tool: "similar_incidents", arguments: shape ? { text: conclude.wordsOf(shape).slice(0, 200) } : {} },
  ];
  if (frame) calls.push({ tool: "fetch_code_from_github", arguments: { file_path: frame.file, line: frame.line } });
  const skip = new Set(signals.runbook?.result.skip_tools);
  if ((view.situation.targets ?? []).length > 0) calls.push({ tool: "check_cluster", arguments: {} });
  const can = (name: string) => applies(tools.get(name)!, view.situation);
  const made = (entry: ToolCall, tool: string) => entry.tool === tool && entry.arguments.service === undefined;
  return calls.filter(({ tool }) => !skip.has(tool) && can(tool) && !view.ledger.some((entry) => made(entry, tool)));
}
