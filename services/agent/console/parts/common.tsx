/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import { type Incident, severityRank } from "../../incidents/mod.ts";
import { age, moment, plain } from "../words.ts";

/** The severity as a colored word. */
export function Severity({ of }: { of: string }) {
  const rank = severityRank(of);
  // Three colors: urgent, warning, and the rest.
  return <span class={`tag severity-${rank < 2 ? 0 : Math.min(rank - 1, 2)}`}>{of === "" ? "no severity" : of}</span>;
}

/** The state of an incident. */
export function State({ of }: { of: string }) {
  return <span class={`tag state-${of}`}>{plain(of)}</span>;
}

/** A time, with how long ago that was, which the page keeps current. */
export function Ago({ at, now }: { at: string; now: Date }) {
  return <time datetime={at} title={`${moment(at)} UTC`} data-ago>{age(at, now)}</time>;
}

/** Text of a diagnosis, with code between backticks. */
export function Prose({ text }: { text: string }) {
  const parts = text.split(/`([^`\n]+)`/);
  return <>{parts.map((part, i) => i % 2 === 1 ? <code>{visible(part)}</code> : visible(part))}</>;
}

/** Text with control and bidirectional characters made visible. */
export function visible(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what to find
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Bidi_Control}/gu, "\ufffd");
}

/** `services/inventory/pricing.ts:6`, or nothing. */
export function placeOf(diagnosis: { affected_file: string | null; line_number: number | null }): string | null {
  const { affected_file: file, line_number: line } = diagnosis;
  return file === null ? null : line === null ? file : `${file}:${line}`;
}

/** Whether it is not resolved. */
export function isOpen({ state }: Pick<Incident, "state">): boolean {
  return state !== "resolved";
}

/** A chart that the page draws from `src`; the caption says in words what it shows. */
export function ChartFigure({ id, src, title, points, gutter }: {
  id: string;
  src?: string;
  title: Child;
  /** The chart's data as JSON, where it is known already. */
  points?: string;
  /** Pixels that its scale takes on the left. */
  gutter?: number;
}) {
  return (
    <figure class="chart" id={id}>
      <figcaption>
        {title} <span class="chart-now" id={`${id}-now`} data-chart-now data-keep></span>
      </figcaption>
      <div class="plot" data-chart data-src={src} data-points={points} data-gutter={gutter} data-keep id={`${id}-plot`}>
        <p class="empty">{src === undefined ? "Drawn by the page's script." : "Asking Prometheus…"}</p>
      </div>
    </figure>
  );
}

/** Placeholder for an empty list. */
export function Empty({ children }: { children: Child }) {
  return <p class="empty">{children}</p>;
}
