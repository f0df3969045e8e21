import axe from "axe-core/axe.min.js" with { type: "text" };
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is; undefined where there is none, which has then been said. */
export const CHROMIUM = PLACES.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});
if (CHROMIUM === undefined) console.warn("the console is not tested in a browser: install Debian's package chromium");

/** A page that is watched: what the browser complained about, and how to ask axe. It ends with its scope. */
export interface Watched extends AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of the browser's console, and exceptions of scripts. */
  readonly complaints: string[];
  /** Serious findings of axe on the page as it stands, one line each; with `rule`, only of that one. */
  findings(rule?: string): Promise<string[]>;
}

/** A Chromium without a window; `open` gives a page of its own, as another person would have. */
export async function startBrowser(): Promise<
  AsyncDisposable & { open(options?: BrowserContextOptions): Promise<Watched> }
> {
  const args = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // As root, as in a container, Chromium's own sandbox cannot be had.
    ...(Deno.uid() === 0 ? ["--no-sandbox"] : []),
  ];
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM!, args });
  return {
    async open(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      return {
        page,
        complaints,
        async findings(rule) {
          // Evaluated by the debugger, so that the page's own policy can stay as it is.
          await page.evaluate(axe);
          const only = rule === undefined ? {} : { runOnly: [rule] };
          const options = JSON.stringify({ resultTypes: ["violations"], ...only });
          const found = await page.evaluate(`axe.run(document, ${options})`) as {
            violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
          };
          return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.target} ${n.failureSummary}`).join(" | ")}`);
        },
        [Symbol.asyncDispose]: () => context.close(),
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
