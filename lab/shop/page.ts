import { isShopRight, type ShopResult } from "./judge.ts";
import { type ShopReport, shopTables } from "./report.ts";

/** The report as one HTML page; it needs nothing from elsewhere. */
export function shopPage(report: ShopReport): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lab report: the shop</title>
<style>
  :root { color-scheme: light dark; --good: #2a8f4f; --bad: #c43b3b }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .25rem .6rem; vertical-align: top }
  tr { border-top: 1px solid #8884 } .ok { color: var(--good) } .no { color: var(--bad); font-weight: 600 } small { opacity: .75 }
</style>
<h1>Is the cause found where it is?</h1>
<pre>${escape(shopTables(report).join("\n"))}</pre>
<table>
<tr><th>scenario<th>seed<th>hops<th>service<th>kind<th>place<th>line<th>pages<th>confidence<th>what was said</tr>
${report.scenarios.map(row).join("\n")}
</table>
</html>
`;
}

function row(result: ShopResult): string {
  const { name, seed, distance, diagnosis, pages, wrong, failed } = result;
  const mark = (ok: boolean) => ok ? '<td class="ok">right' : '<td class="no">wrong';
  const said = diagnosis === null ? "no diagnosis" : `${diagnosis.verdict}: ${diagnosis.root_cause}`;
  const why = failed === undefined ? wrong : [`could not be run: ${failed}`];
  return `<tr><td class="${isShopRight(result) ? "ok" : "no"}">${escape(name)}<td>${seed}<td>${distance ?? "–"}` +
    `${mark(result.service_ok)}${mark(result.verdict_ok)}${mark(result.place_ok)}${mark(result.line_ok)}<td>${pages}` +
    `<td>${diagnosis?.confidence.toFixed(2) ?? "–"}<td><small>${escape(said)}</small>` +
    `${why.map((text) => `<br><small class="no">${escape(text)}</small>`).join("")}</tr>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
