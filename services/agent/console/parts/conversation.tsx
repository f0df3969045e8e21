/** @jsxImportSource hono/jsx */
import type { IncidentView } from "../../incidents/mod.ts";
import { clock, moment, person } from "../words.ts";
import { visible } from "./common.tsx";

/** Frequent replies, offered as buttons. */
const SUGGESTIONS = ["ack", "create Jira task", "silence 30m", "why", "similar", "resolve"];

/** The conversation, and a form to reply as on the phone. */
export function Conversation({ incident, writes }: { incident: IncidentView; writes: "yes" | "no" | "sign-in" }) {
  const { messages, id, code } = incident;
  const path = `/incidents/${encodeURIComponent(id)}`;
  return (
    <>
      <h2 id="conversation-title">Conversation</h2>
      <ol class="messages" id="messages" aria-label="Messages" tabindex={0} data-follow-end>
        {messages.length === 0
          ? <li class="empty">No messages yet.</li>
          : messages.map(({ at, from, text }) => (
            <li class={from === "agent" ? "from-agent" : "from-person"}>
              <p class="faint">
                {visible(person(from))} <time datetime={at} title={`${moment(at)} UTC`}>{clock(at)}</time>
              </p>
              <p class="said">{visible(text)}</p>
            </li>
          ))}
      </ol>
      {writes === "yes"
        ? (
          <form class="reply" id="reply" data-reply={`/api/incidents/${encodeURIComponent(id)}/messages`} data-keep>
            <label for="reply-text">Reply to {code}</label>
            <textarea
              id="reply-text"
              name="text"
              rows={2}
              maxlength={4000}
              required
              placeholder="create Jira task and assign to Ravi"
              aria-describedby="reply-help"
            >
            </textarea>
            <p id="reply-help" class="faint">Enter sends, Shift+Enter is a new line.</p>
            <p class="suggestions" role="group" aria-label="Suggestions">
              {SUGGESTIONS.map((text) => <button type="button" class="quiet" data-suggest={text}>{text}</button>)}
            </p>
            <p class="buttons">
              <button type="submit">Send</button>
              <span class="outcome" role="status" data-outcome></span>
            </p>
          </form>
        )
        : writes === "sign-in"
        ? (
          <p id="reply">
            <a href={`/console/sign-in?next=${encodeURIComponent(path)}`}>Sign in to reply</a>
          </p>
        )
        : (
          <p id="reply" class="faint">
            Only the agent's own machine may reply here; set CONSOLE_TOKEN to let others sign in.
          </p>
        )}
    </>
  );
}
