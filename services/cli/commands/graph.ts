import * as v from "valibot";
import { bad, oneLine, quiet, strong } from "../../lib/terminal/mod.ts";
import { EXIT } from "../exit.ts";
import type { Frame } from "../frame.ts";

const graphSchema = v.looseObject({
  nodes: v.array(
    v.looseObject({ name: v.string(), described: v.boolean(), kind: v.string(), owner: v.nullish(v.string()) }),
  ),
  edges: v.array(v.looseObject({
    from: v.string(),
    to: v.string(),
    origins: v.array(v.looseObject({ origin: v.string(), last_seen: v.nullish(v.string()) })),
    per_second: v.optional(v.number()),
    failing_percent: v.optional(v.number()),
  })),
  missing: v.optional(v.array(v.string()), []),
});

/** `oncall graph`: which service calls which. */
export function graph({ program, action }: Frame): void {
  program.command("graph")
    .summary("show which service calls which")
    .description("show which service calls which, how that is known and when it was last seen")
    .action(action(async ({ api, agent, out, json }) => {
      const found = await api.call(agent, { path: "/api/graph", schema: graphSchema, timeoutMs: 8_000 });
      if (json) {
        out.json(found);
        return EXIT.ok;
      }
      for (const { name, kind, described } of found.nodes) {
        const calls = found.edges.filter(({ from }) => from === name);
        if (calls.length === 0 && !described) continue;
        out.line(strong(oneLine(name)), quiet(kind === "service" ? "" : ` ${oneLine(kind)}`));
        for (const { to, origins, per_second: rate, failing_percent: failing } of calls) {
          const known = origins.map(({ origin, last_seen: at }) =>
            at == null ? origin : `${origin}, ${at.slice(11, 19)} UTC`
          );
          out.line(
            `  → ${oneLine(to)}${rate === undefined ? "" : ` ${rate} calls/s`}`,
            bad(failing === undefined || failing < 1 ? "" : ` ${failing} % fail`),
            quiet(` (${oneLine(known.join("; "))})`),
          );
        }
      }
      for (const reason of found.missing) out.line(quiet(`Not known: ${oneLine(reason)}`));
      return EXIT.ok;
    }));
}
