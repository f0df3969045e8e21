import assert from "node:assert/strict";
import { sendersTable } from "./table.ts";

const page = new URL("../../../../../docs/senders.md", import.meta.url);

Deno.test("docs/senders.md has the table of what the tests hold", () => {
  // The formatter aligns columns.
  const plain = (text: string) => text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");
  assert.ok(
    plain(Deno.readTextFileSync(page)).includes(plain(sendersTable())),
    `docs/senders.md lacks this table:\n${sendersTable()}`,
  );
});
