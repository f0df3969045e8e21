import { replaceFile } from "./atomic_file.ts";

/** Prometheus' `file_sd` file that names the instances to scrape; rewritten only when they change. */
export class DiscoveryFile {
  readonly #path: string;
  #written: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Makes the file name these `host:port` targets. */
  update(targets: readonly string[]): void {
    const text = JSON.stringify([{ labels: { job: "inventory" }, targets }], null, 2) + "\n";
    if (text === this.#written) return;
    replaceFile(this.#path, text);
    this.#written = text;
  }
}
