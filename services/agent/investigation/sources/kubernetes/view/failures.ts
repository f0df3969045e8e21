import { type Cluster, type RequestFailure, View } from "../../../cluster/mod.ts";

const FAILS =
  /refused|timed? ?out|timeout|deadline exceeded|unreachable|unavailable|no such host|ENOTFOUND|EAI_AGAIN|reset by peer|\b50[0234]\b|upstream connect|could not connect|cannot connect|no healthy upstream/i;
const MOST_LINES = 300;
const LONGEST_LINE = 1_000;
const MOST = 200;

/** Calls between workloads that failed, by lines of the caller's log that name the service that it calls. */
export function failuresOf(cluster: Cluster): RequestFailure[] {
  const view = new View(cluster);
  const found: RequestFailure[] = [];
  for (const { namespace, from, to } of cluster.calls) {
    if (found.length >= MOST) break;
    const lines = view.linesOf({ namespace, name: from }).slice(-MOST_LINES).map((line) => line.slice(0, LONGEST_LINE))
      .filter((line) => names(line, to) && FAILS.test(line));
    const last = lines.at(-1);
    if (last !== undefined) {
      found.push({ namespace, service: to, path: to, count: lines.length, quote: last.slice(0, 300) });
    }
  }
  return found;
}

/** Whether a line holds the name as a host: no other name's part. */
function names(line: string, host: string): boolean {
  for (let at = line.indexOf(host); at >= 0; at = line.indexOf(host, at + 1)) {
    const [before, after] = [line[at - 1] ?? " ", line[at + host.length] ?? " "];
    if (!/[\w.-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}
