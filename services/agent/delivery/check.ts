/** What a look at one integration found; nothing is changed by looking. */
export interface Check {
  /** What was looked at, e.g. `WhatsApp`. */
  readonly name: string;
  readonly state: "ok" | "failed" | "skipped";
  /** One line: what was found, and how to fix what is wrong. */
  readonly text: string;
}

export const ok = (name: string, text: string): Check => ({ name, state: "ok", text });
export const failed = (name: string, text: string): Check => ({ name, state: "failed", text });
export const skipped = (name: string, missing: readonly string[]): Check => ({
  name,
  state: "skipped",
  text: `not configured: set ${missing.join(", ")}`,
});
