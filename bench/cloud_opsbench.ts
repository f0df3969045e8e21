/**
 * Reads a folder of Cloud-OpsBench cases, `<system>/<category>/<n>/{case.json,tool_cache.json}`, and prints one JSON line a
 * case with what the cluster rules conclude, in the data set's words:
 * `deno run --allow-read bench/cloud_opsbench.ts DIR`.
 */
import { readCluster } from "./cloud_opsbench/read_cluster.ts";
import { casesIn, readJson } from "./cloud_opsbench/cases.ts";
import { play } from "../services/agent/investigation/testing/frozen_cluster.ts";
import { hideEnvironment } from "./cloud_opsbench/no_environment.ts";
import { inWords } from "./cloud_opsbench/words.ts";

if (import.meta.main) {
  const folder = Deno.args.find((one) => !one.startsWith("--"));
  if (!folder) {
    console.error("usage: deno run --allow-read bench/cloud_opsbench.ts DIR [--times]");
    Deno.exit(2);
  }
  hideEnvironment();
  const times = Deno.args.includes("--times");
  for (const name of casesIn(folder)) {
    const began = performance.now();
    const line: Record<string, unknown> = { case: name, ...await answerOf(`${folder}/${name}`) };
    if (times) line.ms = Math.round(performance.now() - began);
    console.log(JSON.stringify(line));
  }
}

async function answerOf(folder: string) {
  try {
    const about = readJson(`${folder}/case.json`);
    const cluster = readCluster(readJson(`${folder}/tool_cache.json`), String(about.namespace ?? ""));
    const played = await play(cluster, { namespace: String(about.namespace ?? ""), query: String(about.query ?? "") });
    return inWords(played.causes);
  } catch (error) {
    console.error(`${folder}: ${error instanceof Error ? error.message : error}`);
    return inWords([]);
  }
}
