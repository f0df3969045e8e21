/** @jsxImportSource hono/jsx */
import * as v from "valibot";
import { visible } from "./common.tsx";

const list = <S extends v.GenericSchema>(schema: S) => v.nullish(v.array(schema), []);
const shown = v.object({ object: v.string(), field: v.string(), text: v.string() });
const cause = v.object({ object: v.string(), says: v.string(), evidence: list(shown), fix: list(v.string()) });
const cluster = v.object({
  about: list(v.object({ object: v.string(), state: v.nullish(v.string(), null) })),
  causes: list(cause),
  elsewhere: list(cause),
});
const path = v.object({
  hops: list(v.object({
    from: v.string(),
    to: v.string(),
    by: v.string(),
    ok: v.nullish(v.boolean(), null),
    says: v.string(),
  })),
});

/** The objects that the alert names and how they do, then each cause with the fields that show it, marked. */
export function ClusterResult(result: unknown) {
  const { about, causes, elsewhere } = v.parse(cluster, result);
  return (
    <>
      {about.map(({ object, state }) => (
        <p>
          <code>{visible(object)}</code>: {visible(state ?? "the cluster has no such object")}
        </p>
      ))}
      {causes.length === 0 ? <p>No rule finds a cause for these objects.</p> : causes.map(causeShown)}
      {elsewhere.length === 0 ? null : <p class="faint">Elsewhere in the cluster:</p>}
      {elsewhere.map(causeShown)}
    </>
  );
}

function causeShown({ says, evidence, fix }: v.InferOutput<typeof cause>) {
  return (
    <div class="shape">
      <p>
        <b>{visible(says)}</b>
      </p>
      <ol class="frames" aria-label="Fields that show it">
        {evidence.map(({ object, field, text }) => (
          <li class="own">
            <code>
              {visible(`${object} ${field}: `)}
              <mark>{visible(text)}</mark>
            </code>
          </li>
        ))}
      </ol>
      {fix.map((line) => (
        <p>
          <code>{visible(line)}</code>
        </p>
      ))}
    </div>
  );
}

/** The way of a request, stretch by stretch. */
export function PathResult(result: unknown) {
  const { hops } = v.parse(path, result);
  return (
    <ol class="frames" aria-label="The way of a request">
      {hops.map(({ from, to, by, ok, says }) => (
        <li class={ok === false ? "own" : ""}>
          <code>{visible(`${from} → ${to} (${by})`)}</code> {ok === false ? <b>broken</b> : null} {visible(says)}
        </li>
      ))}
    </ol>
  );
}
