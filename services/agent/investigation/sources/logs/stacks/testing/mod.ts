/** Traces of all languages with what is right to read from them. */
import type { StackCase } from "./case.ts";
import { DOTNET } from "./dotnet.ts";
import { GO } from "./go.ts";
import { JVM } from "./jvm.ts";
import { MORE } from "./more.ts";
import { OTHERS } from "./others.ts";
import { PYTHON } from "./python.ts";
import { V8 } from "./v8.ts";

export type { StackCase } from "./case.ts";
export const STACK_CASES: readonly StackCase[] = [...JVM, ...PYTHON, ...V8, ...DOTNET, ...GO, ...OTHERS, ...MORE];
export { manyStarts } from "./many_starts.ts";
