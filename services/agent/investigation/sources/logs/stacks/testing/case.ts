/** A trace as a language or a logger prints it, and what is right to read from it; the docs' table is made from them. */
export interface StackCase {
  readonly language: string;
  /** Logger, runtime or form. */
  readonly form: string;
  readonly text: string;
  /** Type and message of the root cause. */
  readonly headline: string | null;
  /** `file:line` of the innermost call of the application, as printed; null where the trace tells none. */
  readonly place: string | null;
}
