import assert from "node:assert/strict";
import { typed } from "./blocks.ts";

for (
  const [sent, said] of [
    ["<@U0BOT> ack", "ack"],
    ["<@U0BOT|oncall>  why?", "why?"],
    [":+1:", "👍"],
    [":thumbsup::skin-tone-2:", "👍"],
    ["see <https://a.example/x|the page>", "see the page"],
    ["see <https://a.example/x>", "see https://a.example/x"],
    ["assign to <mailto:ravi@a.example|ravi@a.example>", "assign to ravi@a.example"],
    ["a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"],
    ["&amp;lt;", "&lt;"],
    ["silence 30m", "silence 30m"],
  ] as const
) {
  Deno.test(`typed() reads ${JSON.stringify(sent)}`, () => assert.equal(typed(sent), said));
}
