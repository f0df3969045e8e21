/** What was written, on disk before it is answered; a segment for each table. */
export class Journal {
  constructor(readonly folder: string) {
    Deno.mkdirSync(folder, { recursive: true });
  }

  /** Appends a row; what the system said where it could not. */
  async append(table: string, row: unknown): Promise<string | undefined> {
    const file = `${this.folder}/${table}.journal`;
    try {
      await Deno.writeTextFile(file, `${JSON.stringify(row)}\n`, { append: true });
      return undefined;
    } catch (error) {
      const reason = (error as Error).message.replace(/ \(os error \d+\).*/, "");
      return `could not write to file "${file}": ${reason}`;
    }
  }
}
