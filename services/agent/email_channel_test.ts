import assert from "node:assert/strict";
import { until } from "../../tests/testing/wait.ts";
import { MAIL_PASSWORD, MAIL_USER, startMailServer, type TestMailServer } from "./delivery/email/testing/server.ts";
import { type OnChannel, onChannel } from "../../tests/testing/on_channel.ts";

async function byMail(
  body: (agent: OnChannel, server: TestMailServer) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const server = await startMailServer();
  const all = {
    SMTP_URL: server.url,
    SMTP_USER: MAIL_USER,
    SMTP_PASSWORD: MAIL_PASSWORD,
    EMAIL_FROM: "oncall@shop.example",
    EMAIL_TO: "Anna@shop.example, team@shop.example",
    EMAIL_OPERATORS: "anna@shop.example=anna",
    EMAIL_LINK_KEY: "a key of a test that is long enough",
    // The link is read, not followed as it stands: the port is only known later.
    CONSOLE_URL: "http://localhost:1",
    ...env,
  };
  try {
    await onChannel(all, (agent) => body(agent, server));
  } finally {
    await server.stop();
  }
}

const tokenIn = (mail: { body: string }) => /\/email\/acknowledge\?token=([\w.-]+)/.exec(mail.body)?.[1];

Deno.test("e-mail is sent to each after a failure, acknowledged by the button behind its link, and goes on in its thread", () =>
  byMail(async (agent, server) => {
    let failures = 2;
    server.refuse = (address) => address.startsWith("team") && failures-- > 0 ? 451 : undefined;
    const code = await agent.fire();
    await until("both have the page", () => server.mails.length === 2);
    const [anna, team] = server.mails;
    assert.deepEqual([anna!.to, team!.to], ["Anna@shop.example", "team@shop.example"]);
    assert.match(anna!.headers.subject!, new RegExp(`^\\[${code}\\] CRITICAL inventory: InventoryHighErrorRate`));
    assert.equal(anna!.headers["auto-submitted"], "auto-generated");
    assert.equal(tokenIn(team!), undefined);
    const token = tokenIn(anna!)!;
    const link = `${agent.url}/email/acknowledge`;

    // A program that opens every link of an e-mail acknowledges nothing.
    const shown = await fetch(`${link}?token=${token}`);
    assert.equal(shown.status, 200);
    assert.match(await shown.text(), /<form method="post"/);
    assert.equal((await agent.incident(code)).acknowledged_by, null);
    for (const wrong of ["", "x.y", `${token}x`, token.replace(/^./, "A")]) {
      const refused = await fetch(link, { method: "POST", body: new URLSearchParams({ token: wrong }) });
      assert.equal(refused.status, 403, wrong);
      await refused.body?.cancel();
    }
    for (let times = 0; times < 2; times++) {
      const done = await fetch(link, { method: "POST", body: new URLSearchParams({ token }) });
      assert.equal(done.status, 200);
      assert.match(await done.text(), /Acknowledged/);
    }
    assert.equal((await agent.incident(code)).acknowledged_by, "operator:anna");

    await until("the answer is sent", () => server.mails.length === 3);
    await agent.end();
    await until("both hear of the end", () => server.mails.length === 5);
    const end = server.mails[4]!;
    assert.equal(end.headers["in-reply-to"], anna!.headers["message-id"]);
    assert.equal(end.headers.references, anna!.headers["message-id"]);
    assert.ok(end.headers.subject!.startsWith(`Re: [${code}]`));
    assert.ok(agent.lines.every((line) => !line.includes(MAIL_PASSWORD) && !line.includes(token)));
  }));

Deno.test("e-mail that bounces at the server is told at once, and the others have theirs", () =>
  byMail(async (agent, server) => {
    server.refuse = (address) => address.startsWith("Anna") ? 550 : undefined;
    const code = await agent.fire();
    const told = await until(
      "the failure was told",
      async () => (await agent.incident(code)).timeline.find((entry) => entry.kind === "not_delivered"),
    );
    assert.match(told.text, /^Not delivered on email: diagnosis\. recipient 1 of 2: the mail server says 550/);
    assert.deepEqual(server.mails.map(({ to }) => to), ["team@shop.example"]);
  }));

Deno.test("e-mail with a wrong password fails for good and says what to check", () =>
  byMail(async (agent, server) => {
    const code = await agent.fire();
    const told = await until("the failure was told", async () =>
      (await agent.incident(code)).timeline.find((entry) => entry.kind === "not_delivered"));
    assert.match(told.text, /\(535\); check SMTP_USER and SMTP_PASSWORD/);
    assert.equal(server.mails.length, 0);
  }, { SMTP_PASSWORD: "wrong-password" }));
