import { type Context, Hono } from "hono";
import type { Listener, Listening } from "../integration.ts";
import type { NamedPerson } from "../people.ts";
import { isSame } from "./channel.ts";
import { readToken, tokenId } from "./link.ts";
import { escapedHtml } from "./mail.ts";

/** What links need to be followed. */
export interface LinkOptions {
  readonly key: string;
  readonly people: readonly NamedPerson[];
}

const PATH = "/email/acknowledge";
const LONGEST_FORM = 4_096;

/**
 * `GET /email/acknowledge?token=` shows a button, and `POST` to it acknowledges: programs that open every link of an e-mail to look
 * for malware acknowledge nothing.
 */
export function acknowledgeRoutes({ key, people }: LinkOptions, { outgoing, hear }: Listening): Listener {
  const routes = new Hono();

  routes.get(PATH, (c) => {
    const token = c.req.query("token") ?? "";
    const order = readToken(token, { key, now: outgoing.now() });
    if (order === undefined || order === "expired") return refused(c, order);
    const form =
      `<form method="post" action="${PATH}"><input type="hidden" name="token" value="${escapedHtml(token)}">` +
      `<button type="submit">Acknowledge</button></form>`;
    return page(c, 200, `<p>Acknowledge the incident as ${escapedHtml(order.address)}?</p>${form}`);
  });

  routes.post(PATH, async (c) => {
    const length = Number(c.req.header("content-length") ?? LONGEST_FORM);
    if (!(length <= LONGEST_FORM)) return page(c, 413, "<p>The request is too long.</p>");
    const token = new URLSearchParams((await c.req.text()).slice(0, LONGEST_FORM)).get("token") ?? "";
    const order = readToken(token, { key, now: outgoing.now() });
    if (order === undefined || order === "expired") return refused(c, order);
    const outcome = await hear({
      id: `email/${tokenId(token)}`,
      channel: "email",
      to: order.address,
      from: order.address,
      // Whoever was taken off the list since may not any more.
      person: people.find((one) => isSame(one.id, order.address))?.name,
      text: "ack",
      incident: order.incident,
    });
    if (outcome === "stranger") {
      return page(c, 403, `<p>${escapedHtml(order.address)} may not acknowledge any more.</p>`);
    }
    if (outcome === "unheard") return page(c, 410, "<p>That incident is not in the record any more.</p>");
    return page(c, 200, "<p>Acknowledged. You can close this page.</p>");
  });

  return { routes };
}

function refused(c: Context, why: "expired" | undefined): Response | Promise<Response> {
  return why === "expired"
    ? page(c, 410, "<p>This link has expired. Acknowledge in the console, or by a newer e-mail.</p>")
    : page(c, 403, "<p>This link is not valid. Open it from the e-mail again, in one piece.</p>");
}

function page(c: Context, status: 200 | 403 | 410 | 413, body: string): Response | Promise<Response> {
  c.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  );
  c.header("referrer-policy", "no-referrer");
  c.header("cache-control", "no-store");
  const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>On-call</title>' +
    "<style>body{font:17px/1.5 sans-serif;margin:2rem;max-width:34rem}button{font:inherit;padding:.6rem 1.2rem}</style>";
  return c.html(`<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`, status);
}
