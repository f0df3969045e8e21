/** Calls that a model wrote as text, in the forms that models were trained on and servers fail to take out. */
export { writtenCalls } from "./written.ts";
