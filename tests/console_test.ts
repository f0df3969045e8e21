import assert from "node:assert/strict";
import { CHROMIUM, startBrowser } from "./testing/browser.ts";
import { startWatch } from "./testing/console.ts";

type Browser = Awaited<ReturnType<typeof startBrowser>>;

/** Tests in one Chromium, each in a profile of its own; where there is none, they are skipped and that is said. */
const inChromium: [name: string, fn: (browser: Browser) => Promise<void>][] = [];

Deno.test({
  name: "the console in Chromium",
  ignore: CHROMIUM === undefined,
  async fn(t) {
    await using browser = await startBrowser();
    for (const [name, fn] of inChromium) await t.step(name, () => fn(browser));
  },
});

inChromium.push([
  "the console shows an incident from quiet to resolved on an open page, with a ticket made by a reply",
  async (browser) => {
    await using watch = await startWatch();
    await using tab = await browser.open();
    const { page, complaints } = tab;

    await page.goto(watch.url);
    await page.getByText("Monitoring reports no problems").waitFor();
    await page.getByRole("heading", { name: /^Traffic ?: OK$/ }).waitFor();
    await page.evaluate("globalThis.neverReloaded = true");

    watch.failing = true;
    await watch.alert("firing");
    const link = page.getByRole("link", { name: /InventoryHighErrorRate: more than a fifth/ });
    await link.waitFor();
    await page.getByText("Cannot read properties of null").first().waitFor();
    await page.getByRole("heading", { name: /^Traffic ?: in trouble$/ }).waitFor();
    assert.equal(await page.evaluate("globalThis.neverReloaded"), true, "the page was loaded anew");

    await link.click();
    await page.getByRole("heading", { name: /Cause.*confident/ }).waitFor();
    await page.evaluate("globalThis.neverReloaded = true");
    await page.locator(".cause .root-cause").getByText(/is thrown in unitPrice|is thrown in/).waitFor();

    // The evidence behind a claim, one click away.
    await page.locator("#claims").getByRole("link", { name: "E1", exact: true }).first().click();
    await page.locator("#E1[open]").getByText("80 errors in 300 s").waitFor();
    await page.locator(".facts").getByRole("link", { name: /pricing\.ts:\d+/ }).click();
    await page.locator("details[open] .source .marked").waitFor();

    await page.getByLabel(/^Reply to/).fill("create Jira task and assign to Ravi");
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator("#done").getByRole("link", { name: "OPS-1" }).waitFor();
    await page.locator("#done").getByText("Ravi Kumar").waitFor();
    assert.equal(watch.jira.issues.length, 1);

    watch.failing = false;
    await watch.alert("resolved");
    await page.locator(".incident-head .state-resolved").waitFor();
    await page.locator(".milestone-resolved").waitFor();
    assert.equal(await page.evaluate("globalThis.neverReloaded"), true, "the page was loaded anew");

    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const saved = await Deno.readTextFile(await (await download).path());
    assert.match(saved, /OPS-1/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), saved);
    assert.deepEqual(complaints, []);
  },
]);

inChromium.push(["the console says when the agent is away, and goes on by itself when it is back", async (browser) => {
  await using watch = await startWatch();
  await using tab = await browser.open();
  const { page, complaints } = tab;
  await page.goto(watch.url);
  await page.getByText("live", { exact: true }).waitFor();
  await page.evaluate("globalThis.neverReloaded = true");

  await watch.stop();
  await page.getByRole("alert").getByText(/shows the state at \d\d:\d\d:\d\d UTC/).waitFor();
  await page.getByText("disconnected", { exact: true }).waitFor();

  await watch.start();
  watch.failing = true;
  await watch.alert("firing");
  await page.getByRole("link", { name: /InventoryHighErrorRate/ }).waitFor();
  await page.getByText("live", { exact: true }).waitFor();
  assert.equal(await page.locator("#lost").isVisible(), false);
  assert.equal(await page.evaluate("globalThis.neverReloaded"), true, "the page was loaded anew");
  assert.deepEqual(complaints.filter((text) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY/.test(text)), []);
}]);

inChromium.push(["the console shows hostile log lines as text", async (browser) => {
  await using watch = await startWatch();
  const hostile =
    `</pre></details><script>globalThis.owned=1</script><img src=x onerror="globalThis.owned=2">\u202egnp`;
  watch.logged = hostile;
  watch.failing = true;
  await watch.alert("firing");
  await using tab = await browser.open();
  const { page, complaints } = tab;
  await page.goto(`${watch.url}/incidents`);
  await page.getByRole("link", { name: /InventoryHighErrorRate/ }).click();
  await page.locator(".cause .root-cause").waitFor();
  await page.goto(`${page.url()}#E1`);
  const shown = await page.locator("#E1 .log").innerText();
  // The mark that turns the reading direction is taken out where the log is read.
  assert.ok(shown.includes(hostile.replace("\u202e", "")) && !shown.includes("\u202e"), shown.slice(0, 500));
  assert.equal(await page.evaluate("globalThis.owned"), undefined);
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.deepEqual(complaints, []);
}]);

inChromium.push(["the console can be used with the keyboard only", async (browser) => {
  await using watch = await startWatch();
  watch.failing = true;
  await watch.alert("firing");
  await using tab = await browser.open();
  const { page, complaints } = tab;
  await page.goto(watch.url);
  await page.getByText("Cannot read properties of null").first().waitFor();

  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await tabTo(page, /InventoryHighErrorRate/);
  await page.keyboard.press("Enter");
  await page.locator(".cause .root-cause").waitFor();
  await tabTo(page, /^E2$/);
  await page.keyboard.press("Enter");
  await page.locator("#E2[open]").waitFor();
  assert.match(await focused(page), /^E2/, "the evidence has the focus");
  await page.getByRole("link", { name: "Reply" }).focus();
  await page.keyboard.press("Enter");
  await tabTo(page, /^reply-text$/);
  await page.keyboard.type("ack");
  await page.keyboard.press("Enter");
  await page.locator("#messages").getByText(/is acknowledged by you/).waitFor();
  await page.getByText("Acknowledged by console.").waitFor();
  assert.equal(await focused(page), "reply-text", "what changes on the page does not take the focus");
  assert.deepEqual(complaints, []);
}]);

inChromium.push([
  "the console has no serious accessibility finding, in light and dark, on a phone and a wide screen",
  async (browser) => {
    await using watch = await startWatch({ CONSOLE_TOKEN: "correct horse battery staple", CONSOLE_LAB: "1" });
    watch.failing = true;
    await watch.alert("firing");
    for (const colorScheme of ["light", "dark"] as const) {
      await using tab = await browser.open({ colorScheme });
      const { page, complaints, findings } = tab;
      // The other scheme differs only in its colors.
      const rule = colorScheme === "dark" ? "color-contrast" : undefined;
      const others = ["/incidents", "/console/sign-in", "/incidents?q=nothing+like+it"];
      for (const path of ["/", "/agent", "/lab", ...(colorScheme === "light" ? others : [])]) {
        await page.setViewportSize({ width: path === "/agent" ? 390 : 1440, height: 900 });
        await page.goto(watch.url + path);
        await page.locator("main h1").first().waitFor({ state: "attached" });
        if (path === "/") await page.locator("#chart-errors canvas").waitFor();
        assert.deepEqual(await findings(rule), [], `${path} in ${colorScheme}`);
      }
      await page.goto(`${watch.url}/incidents`);
      await page.getByRole("link", { name: /InventoryHighErrorRate/ }).click();
      await page.locator(".cause .root-cause").waitFor();
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true");
        await page.locator("#axis-errors canvas").waitFor();
        if (rule === undefined || width === 390) {
          assert.deepEqual(await findings(rule), [], `the incident in ${colorScheme} at ${width}`);
        }
        const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        assert.ok(Number(overflow) <= 0, `the incident is ${overflow} px wider than a screen of ${width}`);
      }
      assert.deepEqual(complaints, []);
    }
  },
]);

inChromium.push([
  "the console's first page is at most 100 KB in total, compressed, and all of it comes from the agent",
  async (browser) => {
    await using watch = await startWatch();
    await using tab = await browser.open();
    const { page } = tab;
    const sizes: Promise<number>[] = [];
    const hosts = new Set<string>();
    page.on("response", (response) => {
      hosts.add(new URL(response.url()).host);
      if (response.url().endsWith("/api/events")) return;
      sizes.push(response.request().sizes().then((s) => s.responseBodySize + s.responseHeadersSize));
    });
    await page.goto(watch.url);
    await page.locator("#chart-errors canvas").waitFor();
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    const painted = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
    console.log(`the first page: ${(total / 1_000).toFixed(1)} KB, painted after ${Math.round(Number(painted))} ms`);
    assert.ok(total > 20_000 && total <= 100_000, `${total} bytes`);
    assert.deepEqual([...hosts], [new URL(watch.url).host]);
  },
]);

inChromium.push([
  "the console's list is still immediate with 10,000 incidents, and finds one among them",
  async (browser) => {
    await using watch = await startWatch();
    await watch.stop();
    await watch.store(async (store) => {
      for (let begin = 0; begin < MANY; begin += 1_000) {
        await store.transact(async (tx) => {
          for (let i = begin; i < begin + 1_000; i++) await tx.saveIncident(resolvedIncident(i));
        });
      }
    });
    await watch.start();
    await using tab = await browser.open();
    const { page, complaints } = tab;
    const took = async (look: () => Promise<unknown>) => {
      const begun = performance.now();
      await look();
      return Math.round(performance.now() - begun);
    };
    const list = await took(async () => {
      await page.goto(`${watch.url}/incidents`);
      await page.getByText("10,000 in all").waitFor().catch(async (error) => {
        assert.fail(`${error}; the page: ${(await page.locator("main").innerText()).slice(0, 500)}`);
      });
    });
    assert.equal(await page.locator(".incident-row").count(), 50);
    const older = await took(async () => {
      await page.getByRole("link", { name: "Older" }).click();
      await page.getByText("needle 9949").waitFor();
    });
    await page.goto(`${watch.url}/incidents`);
    const search = await took(async () => {
      await page.getByLabel("Search").pressSequentially("needle 4321");
      await page.getByText("needle 4321 in the stack").waitFor();
      await page.waitForFunction("document.querySelectorAll('.incident-row').length === 1");
    });
    assert.match(page.url(), /\?q=needle\+4321$/, "what is looked for is in the address");
    console.log(`with ${MANY} incidents: list ${list} ms, next page ${older} ms, search while typing ${search} ms`);
    assert.deepEqual(complaints, []);
  },
]);

const MANY = 10_000;

function resolvedIncident(i: number) {
  // Recent, so that none is old enough to be forgotten.
  const at = new Date(Date.now() - (MANY - i) * 60_000).toISOString();
  return {
    id: `many-${i}`,
    code: `M${i.toString(36).toUpperCase().padStart(3, "0")}`,
    state: "resolved" as const,
    service: "inventory",
    severity: i % 3 === 0 ? "critical" : "warning",
    title: `InventoryHighErrorRate: needle ${i} in the stack`,
    group_key: `many-${i}`,
    opened_at: at,
    resolved_at: at,
    truncated_alerts: 0,
    episode: 1,
    acknowledged_at: null,
    acknowledged_by: null,
  };
}

type Page = Awaited<ReturnType<Browser["open"]>>["page"];

/** Presses Tab until the focus is on an element whose text, label or id matches. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const name = await focused(page);
    if (wanted.test(name)) return;
    passed.push(name);
  }
  assert.fail(`Tab never came to ${wanted}: ${passed.join(", ")}`);
}

async function focused(page: Page): Promise<string> {
  return String(await page.evaluate("document.activeElement.id || document.activeElement.innerText"));
}
