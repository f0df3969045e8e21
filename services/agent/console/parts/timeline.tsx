/** @jsxImportSource hono/jsx */
import { type IncidentView } from "../../incidents/mod.ts";
import type { Axis, Mark, Span } from "../data/axis.ts";
import { clock, moment, person, plain } from "../words.ts";
import { ChartFigure, Prose, visible } from "./common.tsx";
import { spanText } from "../../../lib/timespan/mod.ts";

/** Marks closer than this share of the axis are drawn as one. */
const TOGETHER = 0.018;
/** Width of the lanes' names in pixels, as in style.css. */
const GUTTER = 76;

/** The incident on one axis: error rate, alerts, tool calls, messages; then each entry in words. */
export function Timeline({ incident, axis }: { incident: IncidentView; axis: Axis }) {
  const { from, to } = axis;
  const parameters = new URLSearchParams({
    name: "error_rate",
    service: incident.service,
    from: (from / 1_000).toFixed(0),
    to: (to / 1_000).toFixed(0),
  });
  return (
    <>
      <Milestones axis={axis} />
      <div class="axis" id="axis">
        <ChartFigure id="axis-errors" title="Failed requests" src={`/console/chart?${parameters}`} gutter={GUTTER} />
        <div class="lanes" role="group" aria-label="On the same axis">
          <Lane name="Alerts" axis={axis} spans={axis.alerts} marks={[]} />
          <Lane name="Tool calls" axis={axis} spans={axis.investigations} marks={axis.calls} />
          <Lane name="Messages" axis={axis} spans={[]} marks={axis.messages} />
          <Lane name="Actions" axis={axis} spans={[]} marks={axis.actions} />
        </div>
      </div>
      <details class="entries" id="entries" open>
        <summary>{incident.timeline.length} entries</summary>
        <ol class="timeline">
          {incident.timeline.map(({ at, kind, text, by }) => (
            <li class={`kind-${kind}`}>
              <time datetime={at} title={`${moment(at)} UTC`}>{clock(at)}</time>
              <span class="entry">
                <b>{plain(kind)}</b> <Prose text={text} /> <span class="faint">{person(by)}</span>
              </span>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

/** How long each step took since the first bad request. */
function Milestones({ axis: { milestones } }: { axis: Axis }) {
  const first = milestones[0]?.at ?? 0;
  return (
    <ol class="milestones" aria-label="Durations">
      {milestones.map(({ at, text }, i) => (
        <li class={`milestone milestone-${text.toLowerCase().split(" ")[0]}`}>
          <span>{text}</span>
          <b>{i === 0 ? clock(new Date(at).toISOString()) : `+${spanText(at - first)}`}</b>
        </li>
      ))}
    </ol>
  );
}

function Lane({ name, axis, spans, marks }: {
  name: string;
  axis: Axis;
  spans: readonly Span[];
  marks: readonly Mark[];
}) {
  const { from, to, milestones } = axis;
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const percent = (value: number) => `${(value * 100).toFixed(2)}%`;
  const groups = together(marks.filter(({ at }) => at >= from && at <= to + 1_000), share);
  const words = [...spans, ...marks].length === 0
    ? "none"
    : spans.length > 0 && marks.length === 0
    ? spans.map(({ text, start, end }) => `${text} from ${time(start)} ${end === null ? "on" : `to ${time(end)}`}`)
      .join("; ")
    : `${marks.length}, ${groups.map(({ at, marks }) => `${marks.length} at ${time(at)}`).join(", ")}`;
  return (
    <div class="lane">
      <span class="lane-name">
        {name}
        <span class="hidden">: {visible(words)}</span>
      </span>
      <svg class="lane-plot" width="100%" height="24" aria-hidden="true" focusable="false">
        {milestones.map(({ at }) => (
          <line
            class="rule"
            x1={percent(share(at))}
            x2={percent(share(at))}
            y1="0"
            y2="24"
          />
        ))}
        {spans.map(({ start, end, text, kind }) => (
          <rect
            class={`span-${kind}`}
            x={percent(share(start))}
            width={percent(Math.max(0.004, share(end ?? to) - share(start)))}
            y="7"
            height="10"
            rx="3"
          >
            <title>{visible(text)}</title>
          </rect>
        ))}
        {groups.map(({ at, marks }) => (
          <g class="mark">
            <circle cx={percent(share(at))} cy="12" r={marks.length > 1 ? 8.5 : 5} />
            {marks.length > 1 ? <text x={percent(share(at))} y="15.5" text-anchor="middle">{marks.length}</text> : null}
            <title>{visible(marks.map(({ at, text }) => `${time(at)} ${text}`).join("\n"))}</title>
          </g>
        ))}
      </svg>
    </div>
  );
}

function together(marks: readonly Mark[], share: (at: number) => number): { at: number; marks: Mark[] }[] {
  const groups: { at: number; marks: Mark[] }[] = [];
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last !== undefined && share(mark.at) - share(last.at) < TOGETHER) last.marks.push(mark);
    else groups.push({ at: mark.at, marks: [mark] });
  }
  return groups;
}

function time(at: number): string {
  return clock(new Date(at).toISOString());
}
