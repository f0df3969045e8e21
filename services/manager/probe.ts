import * as v from "valibot";

/** What an instance's port has to say. */
export type Health =
  /** A healthy inventory. */
  | { readonly kind: "alive"; readonly pid: number; readonly version: string }
  /** Nothing listens. */
  | { readonly kind: "refused" }
  /** Something listens, but did not answer in time, or aborted. */
  | { readonly kind: "silent" }
  /** Another program answers. */
  | { readonly kind: "foreign"; readonly text: string };

/** Asks `url` for its health; never throws. */
export type Probe = (url: string) => Promise<Health>;

const identity = v.object({ name: v.string(), version: v.string(), pid: v.number() });

/** Asks `GET /healthz` through `fetch`, waiting `timeoutMs` milliseconds at most. */
export function createProbe(fetch: typeof globalThis.fetch, timeoutMs: number): Probe {
  return async (url) => {
    let status: number;
    let body: unknown;
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(timeoutMs) });
      status = response.status;
      body = await response.json();
    } catch (error) {
      if (error instanceof SyntaxError) return { kind: "foreign", text: "a program without GET /healthz" };
      return { kind: /connection refused/i.test(String(error)) ? "refused" : "silent" };
    }
    const known = v.safeParse(identity, body);
    if (!known.success) return { kind: "foreign", text: "a program without GET /healthz" };
    const { name, version, pid } = known.output;
    if (name !== "oncall-inventory") return { kind: "foreign", text: `${name} ${version}, process ${pid}` };
    return status === 200 ? { kind: "alive", pid, version } : { kind: "silent" };
  };
}
