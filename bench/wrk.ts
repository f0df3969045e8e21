/** What one run of `wrk` showed. */
export interface WrkResult {
  /** Requests per second. */
  readonly rate: number;
  readonly requests: number;
  /** 99th percentile of its latencies, in milliseconds. */
  readonly p99Ms: number;
}

/**
 * Runs `wrk`, closed loop with one thread.
 *
 * @throws when a request failed.
 */
export async function wrk(url: string, options: { connections: number; seconds: number }): Promise<WrkResult> {
  const { connections, seconds } = options;
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "30s", url];
  const { stdout } = await new Deno.Command("wrk", { args }).output();
  const text = new TextDecoder().decode(stdout);
  const failures = /Socket errors.*|Non-2xx.*/.exec(text)?.[0];
  if (failures !== undefined) throw new Error(`wrk ${url}: ${failures}`);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    requests: Number(/(\d+) requests in/.exec(text)?.[1]),
    p99Ms: Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit as "us" | "ms" | "s"],
  };
}
