import type { Result } from "./judge.ts";
import { isCorrect, type Report, type Summary } from "./report.ts";

/** The report as one HTML page with charts; it needs nothing from elsewhere. */
export function reportPage(report: Report): string {
  const { summary, kinds, scenarios, brain, speed, seeds, at } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lab report</title>
<style>
  :root { color-scheme: light dark; --good: #2a8f4f; --bad: #c43b3b; --one: #4c78a8; --two: #e39c38; --three: #7f9c5a }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .25rem .6rem; vertical-align: top }
  tr { border-top: 1px solid #8884 } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
  .ok { color: var(--good) } .no { color: var(--bad); font-weight: 600 } small { opacity: .75 }
  svg { max-width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: currentColor }
</style>
<h1>Is the diagnosis right?</h1>
<p>${summary.correct} of ${summary.scenarios} runs right in verdict, place and line; ${summary.false_alarms} causes named
where there was none (${summary.controls} runs were controls); ${summary.supported_claims} of ${summary.claims} claims
supported by the evidence. ${escape(brain)} brain, windows ${speed} times as short as shipped, seed ${seeds.join(", ")},
${escape(at)}.</p>
<h2>Right, by kind of scenario</h2>
${rightChart(kinds)}
<h2>From the onset to the alert, the diagnosis and the message</h2>
${timeChart(scenarios.filter((result) => !result.control && result.seconds.to_diagnosis !== null))}
<h2>Every run</h2>
<p><small>ours: to the diagnosis beyond what the error rate's rule itself waits for: until its limit is crossed, its
<code>for</code> and the group's wait. Scrape, evaluation, delivery and investigation are in it.</small></p>
<table>
<tr><th>scenario<th class="n">seed<th>verdict<th>place<th>line<th class="n">alert<th class="n">diagnosis<th class="n">message<th class="n">ours<th class="n">claims<th class="n">calls<th>what was said</tr>
${scenarios.map(row).join("\n")}
</table>
</html>
`;
}

function row(result: Result): string {
  const { name, seed, diagnosis, seconds, wrong, failed } = result;
  const mark = (ok: boolean) => ok ? '<td class="ok">right' : '<td class="no">wrong';
  const time = (value: number | null) => `<td class="n">${value === null ? "–" : `${value.toFixed(1)} s`}`;
  const said = diagnosis === null ? "no diagnosis" : `${diagnosis.verdict}: ${diagnosis.root_cause}`;
  const why = failed === undefined ? wrong : [`could not be run: ${failed}`];
  return `<tr><td>${escape(name)}<td class="n">${seed}${mark(result.verdict_ok)}${mark(result.place_ok)}${
    mark(result.line_ok)
  }${time(seconds.to_alert)}${time(seconds.to_diagnosis)}${time(seconds.to_message)}${time(seconds.beyond_floor)}` +
    `<td class="n">${result.supported_claims}/${result.claims}<td class="n">${result.tool_calls}` +
    `<td><small>${escape(said)}</small>${
      why.map((text) => `<br><small class="no">${escape(text)}</small>`).join("")
    }</tr>`;
}

const LEFT = 330;
const WIDTH = 560;
const ROW = 22;

function rightChart(kinds: Readonly<Record<string, Summary>>): string {
  const rows = Object.entries(kinds).map(([kind, { correct, scenarios }], index) => {
    const y = index * ROW;
    const right = WIDTH * correct / scenarios;
    return `<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${escape(kind)}</text>` +
      `<rect x="${LEFT}" y="${y + 3}" width="${right}" height="${ROW - 6}" fill="var(--good)"/>` +
      `<rect x="${LEFT + right}" y="${y + 3}" width="${WIDTH - right}" height="${ROW - 6}" fill="var(--bad)"/>` +
      `<text x="${LEFT + WIDTH + 8}" y="${y + 15}">${correct} of ${scenarios}</text>`;
  });
  return svg(rows);
}

function timeChart(results: readonly Result[]): string {
  const longest = Math.max(1, ...results.map(({ seconds }) => seconds.to_message ?? seconds.to_diagnosis!));
  const scale = WIDTH / longest;
  const rows = results.map((result, index) => {
    const { to_alert, to_diagnosis, to_message } = result.seconds;
    const y = index * ROW;
    const ends = [Math.max(0, to_alert ?? 0), to_diagnosis!, to_message ?? to_diagnosis!];
    const bars = ends.map((end, part) => {
      const start = part === 0 ? 0 : ends[part - 1]!;
      const color = ["--one", "--two", "--three"][part];
      return `<rect x="${LEFT + start * scale}" y="${y + 3}" width="${Math.max(0, end - start) * scale}" height="${
        ROW - 6
      }" fill="var(${color})"/>`;
    });
    const name = `${isCorrect(result) ? "" : "✗ "}${result.name} (${result.seed})`;
    return `<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${escape(name)}</text>${bars.join("")}` +
      `<text x="${LEFT + ends[2]! * scale + 6}" y="${y + 15}">${ends[2]!.toFixed(1)} s</text>`;
  });
  const legend = ["until the alert fires", "until the diagnosis is stored", "until people are told"].map((text, part) =>
    `<span style="color:var(${["--one", "--two", "--three"][part]})">■</span> ${text}`
  );
  return `<p><small>${legend.join(" &nbsp; ")}</small></p>${svg(rows)}`;
}

function svg(rows: readonly string[]): string {
  return `<svg viewBox="0 0 ${LEFT + WIDTH + 90} ${Math.max(1, rows.length) * ROW}" role="img">${
    rows.join("\n")
  }</svg>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
