/** A pattern that stays, or a place that builds one. */
export interface Exception {
  readonly file: string;
  /** Its source; absent for a place that builds one while the program runs. */
  readonly pattern?: string;
  /** Why no text can make it slow. */
  readonly reason: string;
}

/** What the check finds and a person has looked at. */
export const exceptions: readonly Exception[] = [
  {
    file: "services/inventory/product_code.ts",
    pattern: "^(?:[A-Z0-9]+[-. ]?)+$",
    reason: "one of the bugs on purpose that the agent is to find",
  },
  {
    file: "services/agent/investigation/brains/rules/advice.ts",
    reason: "a property's name, every special character escaped, on one line of code",
  },
  {
    file: "services/agent/investigation/catalogue/fields.ts",
    reason: "only tries whether an operator's pattern can be read; it is not run there",
  },
  {
    file: "services/agent/investigation/check/evidence.ts",
    reason: "one word, or a route with [^/]+ for each parameter and the rest escaped",
  },
  {
    file: "services/agent/investigation/check/facts.ts",
    reason: "alternatives of linear patterns between anchors on one quotation, and names of instances, escaped",
  },
  {
    file: "services/agent/investigation/cluster/rules/environment_address.ts",
    reason: "a host's name, which holds letters, digits, dots and dashes only",
  },
  { file: "services/agent/investigation/cluster/rules/probe_fails.ts", reason: "one of three words of ours" },
  {
    file: "services/agent/investigation/graph/selectors.ts",
    reason: "an operator's own selector of a service, on a label's value of 200 characters at most",
  },
  {
    file: "services/agent/investigation/sources/logs/lines.ts",
    reason: "an operator's `entry` and `errors`: run under a deadline, away from the thread that takes alerts",
  },
  {
    file: "services/agent/investigation/sources/logs/stacks/map.ts",
    reason: "an operator's `code.frames`: run under a deadline, away from the thread that takes alerts",
  },
];
