/** The log forms that are understood, as tables: each is a test, and a row of the documentation. */
import type { LogCase } from "./case.ts";
import { CRASHES } from "./crashes.ts";
import { STRUCTURED } from "./structured.ts";
import { TEXT } from "./text.ts";
import { WRAPPED } from "./wrapped.ts";

export { DOTNET, GO, JAVA, type LogCase, NODE, PYTHON, TRACE } from "./case.ts";

/** All of them, by what they are. */
export const CASES: Readonly<Record<"structured" | "text" | "wrapped" | "crashes", readonly LogCase[]>> = {
  structured: STRUCTURED,
  text: TEXT,
  wrapped: WRAPPED,
  crashes: CRASHES,
};
