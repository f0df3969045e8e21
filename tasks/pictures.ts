/**
 * `deno task pictures`: takes the pictures of the documentation from the running system (`deno task up`, or `AGENT_URL`),
 * in Chromium: the console with its newest incident. Where there is none yet, `deno task demo` makes one.
 */
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { ROOT } from "./build/mod.ts";
import { command, readArguments, taskProgram } from "./command.ts";

const agent = Deno.env.get("AGENT_URL") ?? `http://127.0.0.1:${Deno.env.get("AGENT_PORT") ?? "8088"}`;
const folder = join(ROOT, "docs", "pictures");

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  /** What has to be there before the picture is taken. */
  readonly ready: string;
  readonly before?: (page: Page) => Promise<unknown>;
}

function pictures(incident: string): readonly Picture[] {
  const path = `/incidents/${incident}`;
  return [
    { name: "overview", path: "/", width: 1440, height: 1000, ready: "#chart-errors canvas" },
    { name: "incident", path, width: 1440, height: 1250, ready: "#axis-errors canvas" },
    {
      name: "evidence",
      path,
      width: 1440,
      height: 900,
      ready: "#axis-errors canvas",
      before: (page) => page.locator(".facts a[data-opens], #claims .evidence-link").first().click(),
    },
    { name: "incident_phone", path, width: 390, height: 844, dark: true, ready: ".root-cause" },
    { name: "agent", path: "/agent", width: 1440, height: 900, dark: true, ready: ".checks" },
  ];
}

async function newest(): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`${agent}/api/incidents?limit=20`);
  } catch {
    throw new Error(`the agent does not answer at ${agent}: start it with "deno task up", or set AGENT_URL`);
  }
  const { incidents } = await response.json() as { incidents: { id: string; diagnosis: { verdict: string } | null }[] };
  const found = incidents.find(({ diagnosis }) => diagnosis?.verdict === "cause_found");
  if (found === undefined) throw new Error('no incident has a cause yet: "deno task demo" makes one');
  return found.id;
}

async function browserPath(): Promise<string> {
  for (const path of ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]) {
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  throw new Error("there is no Chromium: install Debian's package chromium");
}

async function take(): Promise<void> {
  const wanted = pictures(await newest());
  await Deno.mkdir(folder, { recursive: true });
  const args = Deno.uid() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: await browserPath(), args });
  try {
    for (const { name, path, width, height, dark, ready, before } of wanted) {
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme: dark ? "dark" : "light",
        reducedMotion: "reduce",
      });
      await page.goto(agent + path);
      await page.locator(ready).first().waitFor();
      await page.getByText("live", { exact: true }).waitFor();
      await before?.(page);
      await page.screenshot({ path: join(folder, `${name}.png`) });
      await page.close();
      console.log(`docs/pictures/${name}.png`);
    }
  } finally {
    await browser.close();
  }
}

await command("pictures", async () => {
  readArguments(taskProgram("pictures", "Takes the pictures of the documentation from the running system."));
  await take();
});
