import { sleep } from "../../../services/lib/waiting/mod.ts";
import { type Authority, createAuthority } from "./certificate.ts";

/** How the bank behaves just now. */
export interface Terms {
  readonly key: string;
  /** Requests a second that it takes. */
  readonly limit: number;
  readonly answersInMs: number;
}

/** The bank that payments asks: somebody else's, without metrics and logs that the agent could read. */
export interface Acquirer {
  terms: Terms;
  /** The authority's certificate as PEM. */
  readonly ca: string;
  /** Serves with a certificate that has been valid until `until`. */
  serve(until: Date): Promise<void>;
  stop(): Promise<void>;
}

const DAY = 86_400_000;

/** Starts it on a port of 127.0.0.1. */
export async function startAcquirer(port: number, terms: Terms): Promise<Acquirer> {
  const authority: Authority = await createAuthority();
  let server: Deno.HttpServer | undefined;
  const recent: number[] = [];
  const ending = new AbortController();

  const answer = async (request: Request): Promise<Response> => {
    const { key, limit, answersInMs } = acquirer.terms;
    await request.text();
    if (request.headers.get("authorization") !== `Bearer ${key}`) {
      return Response.json({ code: "invalid_api_key", message: "The API key is not valid." }, { status: 401 });
    }
    const now = Date.now();
    while (recent.length > 0 && recent[0]! < now - 1_000) recent.shift();
    if (recent.length >= limit) {
      const body = { code: "rate_limited", message: "Too many requests for this merchant." };
      return Response.json(body, { status: 429, headers: { "retry-after": "1" } });
    }
    recent.push(now);
    await sleep(answersInMs * (0.7 + Math.random() * 0.6), ending.signal).catch(() => {});
    return Response.json({ reference: crypto.randomUUID() }, { status: 201 });
  };

  const acquirer: Acquirer = {
    terms,
    ca: authority.cert,
    async serve(until) {
      await server?.shutdown();
      const certificate = await authority.issue({ from: new Date(until.getTime() - 90 * DAY), until });
      server = Deno.serve({ hostname: "127.0.0.1", port, ...certificate, onListen() {} }, answer);
    },
    async stop() {
      ending.abort();
      await server?.shutdown();
    },
  };
  await acquirer.serve(new Date(Date.now() + 60 * DAY));
  return acquirer;
}
