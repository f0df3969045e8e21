import { isLibraryPath } from "./library.ts";
import type { Reader } from "./reader.ts";

const NAMED =
  /(?:^|[\s,{"'])(?:caller|file|source|src|location|logger\.caller|log\.origin\.file|code\.filepath)"?[=:]\s?"?((?:[A-Za-z]:)?[^\s:"',{}]{1,300}\.\w{1,6}):(\d{1,7})/;
const FUNCTION = /(?:^|[\s,{"'])(?:func|function)"?[=:]\s?"?([^\s"',{}]{1,200})/;

/** The place that a logger adds to its entries (logrus, zap, zerolog, slog): what is left where there is no trace. */
export const caller: Reader = {
  language: "the caller that a logger names",
  sign: NAMED,
  read(lines) {
    const line = lines.find((one) => NAMED.test(one))!;
    const [, file, at] = NAMED.exec(line)!;
    const name = FUNCTION.exec(line)?.[1] ?? null;
    return [{
      type: null,
      message: "",
      frames: [{ function: name, file: file!, line: Number(at), library: isLibraryPath(file!) }],
    }];
  },
};
