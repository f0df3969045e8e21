import { build } from "../tasks/build/mod.ts";
import { freePort } from "../tests/testing/mod.ts";
import { originServers, proxyServer, startHaproxy, startNginx, startOurs, writeSite } from "./proxies.ts";
import { wrk } from "./wrk.ts";

const WARM_UP_SECONDS = 4;

/** Who is measured: a proxy, or a backend without any before it. */
export type TargetName = "direct" | "ours" | "haproxy" | "nginx";

/** Where one of them listens, and which process it is. */
export interface Target {
  readonly name: TargetName;
  readonly port: number;
  readonly pid: number;
}

/** What balancers are measured on: a backend without any before it, ours, HAProxy (one thread), nginx (one worker). */
export interface Targets extends AsyncDisposable {
  readonly direct: Target;
  /** Ours first. */
  readonly proxies: readonly Target[];
}

/** Starts all of them over the same two backends, and warms the proxies up. Needs `wrk`, `nginx` and `haproxy`. */
export async function startTargets(folder: string): Promise<Targets> {
  await build(["lb"]);
  await using stack = new AsyncDisposableStack();
  const backends = [freePort(), freePort()];
  await writeSite(folder);
  const origin = stack.use(await startNginx(folder, "origin", originServers(folder, backends), backends[0]!));
  const ours = stack.use(await startOurs(folder, backends));
  const haproxy = stack.use(await startHaproxy(folder, backends));
  const port = freePort();
  const nginx = stack.use(await startNginx(folder, "proxy", proxyServer(backends, port), port));
  for (const { port } of [ours, haproxy, nginx]) {
    await wrk(`http://127.0.0.1:${port}/small`, { connections: 32, seconds: WARM_UP_SECONDS });
  }
  const running = stack.move();
  return {
    direct: { name: "direct", ...origin },
    proxies: [{ name: "ours", ...ours }, { name: "haproxy", ...haproxy }, { name: "nginx", ...nginx }],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
