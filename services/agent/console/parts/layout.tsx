/** @jsxImportSource hono/jsx */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { ASSETS_VERSION, assetUrl, STYLE } from "../assets.ts";

/** The frame of each page. */
export interface Frame {
  readonly title: string;
  /** The current entry of the navigation. */
  readonly section: "overview" | "incidents" | "agent" | "lab" | "none";
  readonly now: Date;
  /** Incidents that are not resolved, shown in the navigation. */
  readonly open: number;
  readonly lab: boolean;
  /** Whether the visitor may write; `sign-in` if that needs a token. */
  readonly writes: "yes" | "no" | "sign-in";
  /** Whether there is a session to end. */
  readonly session?: boolean;
  /** The visitor's name, where it is known. */
  readonly who?: string | undefined;
  /** What the page follows: `all`, `agent`, an incident's id, or nothing. */
  readonly follows: string;
  /** Seconds after which the page reloads without an event; 0: never. */
  readonly every: number;
  /** Path of the page, to return to after signing in. */
  readonly path: string;
  /** Whether what it looks like is part of it: a page that is open already only takes the rest. */
  readonly styled: boolean;
  /** Announced by screen readers when it changes. */
  readonly news?: string;
}

const ENTRIES = [
  ["overview", "/", "Overview"],
  ["incidents", "/incidents", "Incidents"],
  ["agent", "/agent", "Agent"],
] as const;

/** A whole page. */
export function document(frame: Frame, content: Child) {
  return raw(`<!DOCTYPE html>${page(frame, content)}`);
}

function page(frame: Frame, content: Child) {
  const entries = frame.lab ? [...ENTRIES, ["lab", "/lab", "Lab"] as const] : ENTRIES;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="console" content={ASSETS_VERSION} />
        <title>{frame.title} · OnCallAgent</title>
        <link rel="icon" href={assetUrl("icon.svg")} />
        {frame.styled ? <style>{raw(STYLE)}</style> : null}
        {/* Nothing of the first paint waits for it. */}
        <script type="module" fetchpriority="low" src={assetUrl("main.js")}></script>
      </head>
      <body data-now={frame.now.toISOString()} data-follows={frame.follows} data-every={frame.every}>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="bar">
          <a class="brand" href="/" aria-label="OnCallAgent, overview">
            <img src={assetUrl("icon.svg")} alt="" width="26" height="26" />
            <span>OnCallAgent</span>
          </a>
          <nav aria-label="Pages">
            {entries.map(([name, href, text]) => (
              <a href={href} aria-current={name === frame.section ? "page" : undefined}>
                {text}
                {name === "incidents" && frame.open > 0
                  ? (
                    <span class="count" id="open-count">
                      <span class="hidden">, open:</span>
                      {frame.open}
                    </span>
                  )
                  : null}
              </a>
            ))}
          </nav>
          <p id="connection" class="connection" data-state="waiting" data-keep>
            <span class="dot" aria-hidden="true"></span>
            <span class="words">connecting</span>
          </p>
          {session(frame)}
        </header>
        <p id="lost" class="lost" role="alert" hidden data-keep></p>
        <p id="news" class="hidden" role="status" data-keep data-text={frame.news ?? ""}></p>
        <main id="content" tabindex={-1}>{content}</main>
        <footer class="foot">
          <noscript>Without scripts, this page shows the state at the time it was loaded.</noscript>
          Times are UTC. As of <time id="as-of" datetime={frame.now.toISOString()}>{clock(frame.now)}</time>.
        </footer>
      </body>
    </html>
  );
}

function session({ writes, session, who, path }: Frame) {
  if (writes === "sign-in" && !session) {
    return <a class="session" href={`/console/sign-in?next=${encodeURIComponent(path)}`}>Sign in</a>;
  }
  if (!session) return null;
  return (
    <form class="session" method="post" action="/console/sign-out">
      {who === undefined ? null : <a href="/console/account">{who}</a>}
      <button type="submit" class="quiet">Sign out</button>
    </form>
  );
}

function clock(at: Date): string {
  return at.toISOString().slice(11, 19);
}
