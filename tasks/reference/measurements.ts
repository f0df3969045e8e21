import { newestKept } from "../../bench/results.ts";
import { table } from "./markdown.ts";

/** The page of what was measured last and kept. */
export async function measurementsPage(): Promise<string> {
  const kept = await newestKept();
  const intro = `# Measurements

\`deno task bench\` measures each part beside a peer, in turns on the same machine: what counts is the ratio, the figures
themselves are the machine's. Where the hypervisor gave more than 5 % of the CPU time to others, a round is left out; what it
disturbed beside the balancer is measured again first, up to four times. The tail counts latency from the scheduled moment,
over ten seconds in which the hypervisor took nothing, nor in the second before; there the generator stays on one core.
\`deno task bench chaos\` and \`deno task bench soak\` are the long ones; \`--keep 2026-11\` keeps a run's results.
`;
  if (kept === undefined) return `${intro}\nNone are kept yet.\n`;
  let text = `${intro}\nThese are [bench/results/${kept.name}](../../bench/results/${kept.name}).\n`;
  for (const bench of new Set(kept.rows.map((row) => row.bench))) {
    const rows = kept.rows.filter((row) => row.bench === bench);
    const { machine, at } = rows[0]!;
    const { cores, cpu, autocannon: _, kernel, ...programs } = machine;
    const versions = Object.entries(programs).filter(([, version]) => version !== null).map(([name, v]) =>
      `${name} ${v}`
    );
    text += `
## ${bench}

${at.slice(0, 10)}, ${cores} cores of ${cpu}, Linux ${kernel}, ${versions.join(", ")}.

${
      table(
        ["What", "Beside", "Unit", "Ours", "Theirs", "Ratio", "Rounds", "Steal"],
        rows.map(({ name, peer, unit, ours, theirs, ratio, rounds, disturbed = 0, steal = 0 }) => [
          name.replace(`${bench}/`, ""),
          peer,
          unit,
          figure(ours),
          figure(theirs),
          figure(ratio),
          disturbed > 0 ? `${rounds} of ${rounds + disturbed}` : `${rounds}`,
          `${(steal * 100).toFixed(1)} %`,
        ]),
      )
    }`;
  }
  return text;
}

/** JSON has no NaN and no Infinity: what is neither was nothing beside nothing. */
function figure(value: number | null): string {
  return value === null ? "-" : value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}
