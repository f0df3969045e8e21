import { Hono } from "hono";
import { createHash } from "node:crypto";
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import uplotScript from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import ages from "./client/ages.js" with { type: "text" };
import charts from "./client/charts.js" with { type: "text" };
import checks from "./client/checks.js" with { type: "text" };
import evidence from "./client/evidence.js" with { type: "text" };
import icon from "./client/icon.svg" with { type: "text" };
import live from "./client/live.js" with { type: "text" };
import main from "./client/main.js" with { type: "text" };
import morph from "./client/morph.js" with { type: "text" };
import sending from "./client/sending.js" with { type: "text" };
import style from "./client/style.css" with { type: "text" };

const SCRIPT = "text/javascript; charset=utf-8";

const FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  "ages.js": { type: SCRIPT, text: ages },
  "charts.js": { type: SCRIPT, text: charts },
  "checks.js": { type: SCRIPT, text: checks },
  "evidence.js": { type: SCRIPT, text: evidence },
  "icon.svg": { type: "image/svg+xml", text: icon },
  "live.js": { type: SCRIPT, text: live },
  "main.js": { type: SCRIPT, text: main },
  "morph.js": { type: SCRIPT, text: morph },
  "sending.js": { type: SCRIPT, text: sending },
  "uplot.js": { type: SCRIPT, text: uplotScript },
};

/** What pages look like: it stands within each, for nothing is painted before it is there. */
export const STYLE = `${uplotCss}\n${style}`;

/** The source by which a content security policy lets {@linkcode STYLE} in, and no other style that stands in a page. */
export const STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** Changes whenever any of the files does: part of their addresses, so that browsers may keep them for ever. */
export const ASSETS_VERSION = createHash("sha256")
  .update(JSON.stringify([FILES, STYLE])).digest("base64url").slice(0, 10);

/** The address of one of the console's files. */
export function assetUrl(name: string): string {
  return `/console/assets/${ASSETS_VERSION}/${name}`;
}

/** `GET /console/assets/{version}/{name}`: the files that the pages need; nothing comes from elsewhere. */
export function assetRoutes(): Hono {
  return new Hono().get("/console/assets/:version/:name", (c) => {
    const file = Object.hasOwn(FILES, c.req.param("name")) ? FILES[c.req.param("name")] : undefined;
    if (file === undefined) return c.notFound();
    // A page of an older version may still ask; what it gets is not to be kept under that name.
    const lasting = c.req.param("version") === ASSETS_VERSION;
    c.header("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-store");
    c.header("content-type", file.type);
    return c.body(file.text);
  });
}
