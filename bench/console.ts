/**
 * The console's first page in Chromium, beside the same bytes from a server that only hands out files; and how long an
 * incident takes from its alert to the open page, beside a bare listener of the agent's events:
 * `deno run -A bench/console.ts [rounds]`.
 */
import { CHROMIUM, startBrowser } from "../tests/testing/browser.ts";
import { startWatch, type Watch } from "../tests/testing/console.ts";
import { deliver, ofGroup } from "../tests/testing/mod.ts";
import { type BenchRow, benchRow } from "./row.ts";

/** What the first page may weigh, in KB. */
const BUDGET_KB = 100;
/** Before each page, in milliseconds: Chromium is still clearing away the one before. */
const REST_MS = 300;
/** What is there when all of the first page is. */
const COMPLETE = "#chart-errors canvas";

type Browser = Awaited<ReturnType<typeof startBrowser>>;

/** All rows of the console. Needs Chromium. */
export async function benchConsole(rounds = 11): Promise<BenchRow[]> {
  if (CHROMIUM === undefined) throw new Error("there is no Chromium: install Debian's package chromium");
  await using watch = await startWatch();
  await using browser = await startBrowser();
  await using files = snapshotOf(watch.url);
  await using word = oneWord();
  const paints: { ours: number; theirs: number; word: number }[] = [];
  // The first round warms everything up.
  for (let round = 0; round <= rounds; round++) {
    const ours = await firstPage(browser, watch.url);
    const theirs = await firstPage(browser, files.url);
    const least = await firstPage(browser, word.url, "body");
    if (round === 0) continue;
    paints.push({ ours, theirs, word: least });
  }
  const news = await newsOnThePage(watch, browser, rounds);
  return [
    benchRow({ name: "console/first-contentful-paint", peer: "the same files, handed out", unit: "ms" }, paints),
    // What Chromium itself takes on this machine to paint anything at all.
    benchRow(
      { name: "console/first-contentful-paint", peer: "a page of one word", unit: "ms" },
      paints.map(({ ours, word }) => ({ ours, theirs: word })),
    ),
    benchRow(
      { name: "console/first-page-size", peer: "budget", unit: "KB" },
      [{ ours: await weight(browser, watch.url), theirs: BUDGET_KB }],
    ),
    benchRow({ name: "console/alert-to-page", peer: "a bare listener of the events", unit: "ms" }, news),
  ];
}

/** A page that nobody has seen before: when its first content was painted, in milliseconds. */
async function firstPage(browser: Browser, url: string, complete = COMPLETE): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const { page } = await browser.open();
  await page.goto(url);
  await page.waitForFunction("performance.getEntriesByName('first-contentful-paint').length > 0");
  const painted = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  await page.locator(complete).waitFor();
  await page.context().close();
  return Math.round(Number(painted));
}

/** What comes over the wire for all of the first page, in KB; looked at apart, for looking costs Chromium time. */
async function weight(browser: Browser, url: string): Promise<number> {
  const { page } = await browser.open();
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith("/api/events")) return;
    sizes.push(response.request().sizes().then((s) => s.responseBodySize + s.responseHeadersSize, () => 0));
  });
  await page.goto(url);
  await page.locator(COMPLETE).waitFor();
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await page.context().close();
  return Math.round(total / 100) / 10;
}

/** A server of the least that can be painted. */
function oneWord(): AsyncDisposable & { url: string } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("<!doctype html><title>-</title>quiet", { headers: { "content-type": "text/html" } }),
  );
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** The first page and all that it asks for, as files; what is asked for with a query is answered as it was once. */
function snapshotOf(url: string): AsyncDisposable & { url: string } {
  const kept = new Map<string, Promise<{ body: ArrayBuffer; type: string }>>();
  const keep = async (path: string) => {
    const response = await fetch(url + path);
    return { body: await response.arrayBuffer(), type: response.headers.get("content-type") ?? "" };
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/api/events") {
      return new Response(new ReadableStream(), { headers: { "content-type": "text/event-stream" } });
    }
    const path = pathname + search;
    if (!kept.has(path)) kept.set(path, keep(path));
    const { body, type } = await kept.get(path)!;
    return new Response(body, { headers: { "content-type": type } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** From sending each alert to its incident on the open page, and to the event about it; milliseconds. */
async function newsOnThePage(
  watch: Watch,
  browser: Browser,
  rounds: number,
): Promise<{ ours: number; theirs: number }[]> {
  const { page } = await browser.open();
  await page.goto(`${watch.url}/incidents`);
  await page.getByText("live", { exact: true }).waitFor();
  const measured: { ours: number; theirs: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = await page.locator(".incident-row").count();
    const seen = page.evaluate(
      `new Promise((resolve) => new MutationObserver((_, observer) => {
        if (document.querySelectorAll(".incident-row").length <= ${before}) return;
        observer.disconnect();
        resolve(Date.now());
      }).observe(document.body, { childList: true, subtree: true }))`,
    );
    const told = await nextEvent(watch.url);
    const sent = Date.now();
    await deliver(watch.url, ofGroup(`round-${round}`, [{ startsAt: new Date(sent).toISOString() }]));
    const [ours, theirs] = [Number(await seen) - sent, await told.at - sent];
    if (round > 0) measured.push({ ours, theirs });
  }
  return measured;
}

/** Listens to the agent's events; `at` is when the next one about an incident comes, in milliseconds since the epoch. */
async function nextEvent(url: string): Promise<{ at: Promise<number> }> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, { signal: stop.signal });
  const at = (async () => {
    let text = "";
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.includes("event: incident")) break;
    }
    const now = Date.now();
    stop.abort();
    return now;
  })();
  return { at };
}

if (import.meta.main) {
  for (const row of await benchConsole(Number(Deno.args[0] ?? 11))) console.log(JSON.stringify(row));
  Deno.exit(0);
}
