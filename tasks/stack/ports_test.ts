import assert from "node:assert/strict";
import { LaunchError } from "./launch.ts";
import { type Part, parts } from "./parts.ts";
import { portsMustBeFree } from "./ports.ts";
import { type StackSettings, stackSettings } from "./settings.ts";

/** A part of the system at `port`, and the settings of a folder of its own. */
async function at(
  port: number,
  name: string,
  body: (part: Part, settings: StackSettings) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const settings = stackSettings(folder);
    const tools = { prometheus: "", alertmanager: "", promtool: "", amtool: "" };
    const [part] = parts(settings, tools, { prometheus: "", alertmanager: "", rules: [] })
      .filter((part) => part.name === name);
    // The instances' ports are those of this test alone, too.
    await body({ ...part!, url: `http://127.0.0.1:${port}`, port }, { ...settings, basePort: port, maxPort: port });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("portsMustBeFree() refuses a port that another program holds, and not one that will be free", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await at(listener.addr.port, "lb", async (part, settings) => {
    const exchange = { toStart: [part], toEnd: [], instances: 2 };
    await assert.rejects(portsMustBeFree(exchange, settings), (error: unknown) => {
      assert.ok(error instanceof LaunchError);
      assert.match(
        error.message,
        new RegExp(`^port ${part.port}, which lb needs, is taken by .*\\(process ${Deno.pid}\\)`),
      );
      return true;
    });
    const own = { pid: Deno.pid, began: "", name: "lb", build: "" };
    await portsMustBeFree({ ...exchange, toEnd: [own] }, settings);
    const other = { ...own, pid: Deno.pid + 1 };
    await assert.rejects(portsMustBeFree({ ...exchange, toEnd: [other] }, settings), LaunchError);
  });
});

Deno.test("portsMustBeFree() asks for the instances' ports only with their manager", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  await at(port, "manager", async (part, settings) => {
    const { port: taken } = listener.addr;
    const range = { ...settings, basePort: taken, maxPort: taken };
    const exchange = { toStart: [part], toEnd: [], instances: 1 };
    await assert.rejects(
      portsMustBeFree(exchange, range),
      /no 1 ports from .* free for the inventory: port .* is taken by/,
    );
    await portsMustBeFree({ ...exchange, toStart: [{ ...part, name: "lb" }] }, range);
  });
});
