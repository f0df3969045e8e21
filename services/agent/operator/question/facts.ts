import type { IncidentView } from "../../incidents/mod.ts";

/** Longest record that a question is sent with, in characters: about 3,000 tokens. */
const LONGEST = 9_000;
const LONGEST_RESULT = 900;
const MOST_ENTRIES = 12;

/**
 * What is known of an incident, as JSON for a model: the diagnosis and its claims, the newest of the timeline, each tool
 * call's result cut to its newest part, tickets. Dropped from the oldest result on until it fits.
 */
export function factsOf(view: IncidentView): string {
  const { code, state, service, severity, title, opened_at, resolved_at, acknowledged_by, tickets, diagnosis } = view;
  const calls = view.tool_calls.filter((call) => call.episode === view.episode).map((call) => ({
    id: call.id,
    tool: call.tool,
    at: call.ended_at,
    ok: call.ok,
    result: tail(JSON.stringify(call.result)),
  }));
  const timeline = view.timeline.slice(-MOST_ENTRIES).map(({ at, text, by }) => ({ at, text: text.slice(0, 300), by }));
  while (true) {
    const facts = {
      code,
      state,
      service,
      severity,
      title,
      opened_at,
      resolved_at,
      acknowledged_by,
      tickets,
      diagnosis,
      timeline,
      calls,
    };
    const text = JSON.stringify(facts);
    if (text.length <= LONGEST || calls.length === 0) return text.slice(0, LONGEST * 2);
    calls.shift();
  }
}

function tail(text: string): string {
  return text.length <= LONGEST_RESULT ? text : `…${text.slice(-LONGEST_RESULT)}`;
}
