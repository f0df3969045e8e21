/**
 * The generator's clock and account without a network, every request answered at once: `deno run -A
 * bench/bare_schedule.ts RATE SECONDS` prints its report.
 */
import { defaultOptions, runWarm } from "../services/traffic/mod.ts";

const [rps, duration] = Deno.args.map(Number) as [number, number];
const options = defaultOptions({ rps, duration, putFrac: 0, seed: 1 });
const transport = { resent: 0, send: () => Promise.resolve({ status: 200 }), close() {} };
console.log(JSON.stringify(await runWarm(options, { transport })));
