import { type Context, Hono } from "hono";
import type { Counter } from "prom-client";
import * as v from "valibot";
import { ApiError, jsonBody } from "../../lib/http/mod.ts";
import type { Identity } from "../accounts/mod.ts";
import { type HandleDeps, handleInbound } from "./handle.ts";

/** What the API's conversation needs. */
export interface ApiDeps extends HandleDeps {
  readonly counter: Counter<"source" | "outcome">;
  /** Whom a request is from, once it was let in. */
  readonly identityOf: (c: Context) => Identity;
}

/** Body of `POST /api/incidents/{id}/messages`. */
export const messageSchema = v.strictObject({
  text: v.pipe(
    v.string("expected a text"),
    v.trim(),
    v.nonEmpty("expected some text"),
    v.maxLength(4_000, "expected at most 4000 characters"),
  ),
  /** What the writer is to be called; whoever signed in by name is called by that name. */
  from: v.optional(
    v.pipe(v.string(), v.regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u, "expected a name of at most 64 characters")),
  ),
  /** The sender's own id of the message: the same id is handled once. */
  id: v.optional(
    v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/, "expected at most 100 letters, digits, dots, dashes or underscores")),
  ),
});

/**
 * `POST /api/incidents/{id}/messages` `{text, from?, id?}`: an operator's message to an incident (its id or code). 202
 * with what was understood, what could be answered at once, and whether that was done; later answers join the incident's
 * `messages`, and what comes of an action its `notifications`, with the `message_id` that is given here.
 */
export function messagesApi(deps: ApiDeps): Hono {
  const app = new Hono();
  app.post("/api/incidents/:id/messages", async (c) => {
    // A page of another site can send a form or plain text here, but not JSON.
    if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
      throw new ApiError(415, "unsupported_media_type", "Send application/json.");
    }
    const { text, from = "api", id = crypto.randomUUID() } = await jsonBody(c, messageSchema);
    const incident = c.req.param("id");
    const reply = { channel: "conversation" } as const;
    const message_id = `api/${incident}/${id}`;
    const { account, name: by, role } = deps.identityOf(c);
    const sender = account?.name ?? from;
    const handled = await handleInbound({ id: message_id, sender, by, role, text, reply, incident }, deps);
    deps.counter.inc({ source: "api", outcome: handled.outcome });
    if (handled.outcome === "unheard") throw new ApiError(404, "not_found", `There is no incident ${incident}.`);
    const { understood, replies, done } = handled;
    return c.json({ ok: true, message_id, repeated: handled.outcome === "repeated", understood, replies, done }, 202);
  });
  return app;
}
