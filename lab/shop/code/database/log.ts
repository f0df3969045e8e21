/** Writes a line as PostgreSQL does. */
export function note(process: number, level: string, message: string, statement?: string): void {
  const time = new Date().toISOString().replace("T", " ").replace("Z", " UTC");
  console.log(`${time} [${process}] ${level}:  ${message}`);
  if (statement !== undefined) console.log(`${time} [${process}] STATEMENT:  ${statement}`);
}
