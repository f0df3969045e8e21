import { html, raw } from "hono/html";
import { Hono } from "hono";
import type { IncidentSummary, Store } from "../incidents/mod.ts";

const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.4rem 0.6rem;
    text-align: left; vertical-align: top; }
  code { font-size: 0.95em; }
`;

const POLICY =
  "default-src 'none'; style-src 'sha256-HASH'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `GET /`: the newest incidents on one plain page. */
export function pageRoutes(store: Store): Hono {
  const policy = styleHash().then((hash) => POLICY.replace("HASH", hash));
  return new Hono().get("/", async (c) => {
    const { incidents } = await store.list({ limit: 50 });
    c.header("content-security-policy", await policy);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("cache-control", "no-store");
    return c.html(page(incidents));
  });
}

function page(incidents: readonly IncidentSummary[]) {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Incidents</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <h1>Incidents</h1>
        ${incidents.length === 0
          ? html`
            <p>None so far.</p>
          `
          : table(incidents)}
      </body>
    </html>
  `;
}

function table(incidents: readonly IncidentSummary[]) {
  return html`
    <table>
      <thead>
        <tr>
          <th>Code</th>
          <th>State</th>
          <th>Severity</th>
          <th>Opened</th>
          <th>What</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>${incidents.map(row)}</tbody>
    </table>
  `;
}

function row({ id, code, state, severity, opened_at, title, diagnosis }: IncidentSummary) {
  const place = diagnosis?.affected_file ? `${diagnosis.affected_file}:${diagnosis.line_number ?? "?"}` : "";
  return html`
    <tr>
      <td><a href="/api/incidents/${encodeURIComponent(id)}">${code}</a></td>
      <td>${state}</td>
      <td>${severity}</td>
      <td>${opened_at.slice(0, 19)}Z</td>
      <td>${title}</td>
      <td>${diagnosis?.root_cause ?? ""} ${place === "" ? "" : html`
        <code>${place}</code>
      `}</td>
    </tr>
  `;
}

async function styleHash(): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  return new Uint8Array(bytes).toBase64();
}
