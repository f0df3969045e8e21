import type { MiddlewareHandler } from "hono";
import { STYLE_SOURCE } from "./assets.ts";

/** Only this agent's own files may run or be asked; no style but the pages' own, no frames, forms only to itself. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src ${STYLE_SOURCE}`,
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Headers of every answer of the console. No `Cross-Origin-Opener-Policy`: it makes Chromium start another process for
 * the first page, a third of the time until something is seen; what a stranger who opened the window could do without it
 * is to lead it elsewhere, for nothing here listens to messages or lets itself be framed.
 */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header("content-security-policy", POLICY);
  c.header("x-content-type-options", "nosniff");
  c.header("referrer-policy", "no-referrer");
  c.header("cross-origin-resource-policy", "same-origin");
  c.header("permissions-policy", "camera=(), geolocation=(), microphone=()");
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
};
