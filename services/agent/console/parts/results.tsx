/** @jsxImportSource hono/jsx */
import * as v from "valibot";
import { clock, figure, moment, plain } from "../words.ts";
import { visible } from "./common.tsx";

const time = v.nullish(v.string(), null);
const list = <S extends v.GenericSchema>(schema: S) => v.nullish(v.array(schema), []);

const frame = v.object({
  function: time,
  file: v.nullish(v.string(), ""),
  line: v.nullish(v.number(), null),
  in_repository: v.nullish(v.boolean(), false),
});
const logs = v.object({
  source: v.nullish(v.string(), ""),
  seconds: v.nullish(v.number(), 0),
  count: v.number(),
  shapes: list(v.object({
    count: v.number(),
    share_percent: v.nullish(v.number(), 0),
    first: time,
    last: time,
    level: v.nullish(v.string(), ""),
    message: v.string(),
    frames: list(frame),
  })),
  entries: list(v.object({ at: time, level: v.nullish(v.string(), ""), message: v.string() })),
  cut: time,
});

/** Log lines: what kinds there are, then the lines themselves. */
export function LogsResult(result: unknown) {
  const { count, seconds, source, shapes, entries, cut } = v.parse(logs, result);
  return (
    <>
      <p>
        {count} errors in {seconds} s, read from <code>{visible(source)}</code>.
      </p>
      {shapes.map((shape) => (
        <div class="shape">
          <p>
            <b>{figure(shape.share_percent)} %</b> ({shape.count}) <code>{visible(shape.message)}</code>{" "}
            <span class="faint">
              {shape.first === null ? "" : `${clock(shape.first)} to ${clock(shape.last ?? shape.first)}`}
            </span>
          </p>
          {shape.frames.length === 0 ? null : (
            <ol class="frames" aria-label="Stack">
              {shape.frames.map(({ function: name, file, line, in_repository: own }) => (
                <li class={own ? "own" : ""}>
                  <code>{visible(`${name ?? "(anonymous)"} at ${file}${line === null ? "" : `:${line}`}`)}</code>
                </li>
              ))}
            </ol>
          )}
        </div>
      ))}
      {entries.length === 0 ? null : (
        <ol class="log" tabindex={0} aria-label="Log lines, newest last">
          {entries.map(({ at, level, message }) => (
            <li>
              <span class="faint">{at === null ? "" : clock(at)}</span> <span class="level">{visible(level)}</span>{" "}
              <span class="message">{visible(message)}</span>
            </li>
          ))}
        </ol>
      )}
      {cut === null ? null : <p class="faint">{visible(cut)}</p>}
    </>
  );
}

const code = v.object({
  file: v.string(),
  source: v.nullish(v.string(), ""),
  ref: v.nullish(v.string(), ""),
  total_lines: v.nullish(v.number(), 0),
  line: v.nullish(v.number(), null),
  lines: v.array(v.object({ line: v.number(), text: v.string() })),
  cut: time,
});

/** Code with its line marked. */
export function CodeResult(result: unknown) {
  const { file, source, ref, total_lines: total, line: marked, lines, cut } = v.parse(code, result);
  return (
    <>
      <p>
        <code>{visible(file)}</code> <span class="faint">{visible(`${source} ${ref}`)}, {total} lines</span>
      </p>
      <ol class="source" tabindex={0} aria-label={`Lines of ${visible(file)}`}>
        {lines.map(({ line, text }) => (
          <li class={line === marked ? "marked" : ""} aria-current={line === marked ? "true" : undefined}>
            <span class="line-number">{line}</span>
            <span class="line-text">{visible(text)}</span>
          </li>
        ))}
      </ol>
      {cut === null ? null : <p class="faint">{visible(cut)}</p>}
    </>
  );
}

const runbook = v.object({ file: v.string(), title: v.nullish(v.string(), ""), text: v.nullish(v.string(), "") });

export function RunbookResult(result: unknown) {
  const { file, text } = v.parse(runbook, result);
  return (
    <>
      <p>
        <code>{visible(file)}</code>
      </p>
      <pre class="raw" tabindex={0}>{visible(text)}</pre>
    </>
  );
}

const changes = v.object({
  minutes: v.nullish(v.number(), 0),
  events: list(v.object({ at: v.string(), kind: v.nullish(v.string(), ""), text: v.nullish(v.string(), "") })),
  commits: list(v.looseObject({})),
  not_known: list(v.string()),
});

export function ChangesResult(result: unknown) {
  const { minutes, events, commits, not_known: unknown } = v.parse(changes, result);
  return (
    <>
      {events.length === 0 ? <p>No events from the manager within {minutes} minutes.</p> : (
        <ul class="plain-list">
          {events.map(({ at, kind, text }) => (
            <li>
              <time datetime={at}>{clock(at)}</time> {visible(text || plain(kind))}
            </li>
          ))}
        </ul>
      )}
      {commits.length === 0 ? null : (
        <ul class="plain-list">
          {commits.map((commit) => (
            <li>
              <code>{visible(JSON.stringify(commit).slice(0, 400))}</code>
            </li>
          ))}
        </ul>
      )}
      {unknown.length === 0 ? null : <p class="faint">Unknown: {visible(unknown.join("; "))}</p>}
    </>
  );
}

const similar = v.object({
  incidents: list(v.looseObject({
    code: v.nullish(v.string(), ""),
    title: v.nullish(v.string(), ""),
    opened_at: time,
    root_cause: time,
  })),
});

export function SimilarResult(result: unknown) {
  const { incidents } = v.parse(similar, result);
  if (incidents.length === 0) return <p>No similar incidents.</p>;
  return (
    <ul class="plain-list">
      {incidents.map(({ code, title, opened_at, root_cause }) => (
        <li>
          <a href={`/incidents/${encodeURIComponent(code)}`}>{visible(code)}</a> {visible(title)}{" "}
          <span class="faint">{opened_at === null ? "" : moment(opened_at)} {visible(root_cause ?? "")}</span>
        </li>
      ))}
    </ul>
  );
}
