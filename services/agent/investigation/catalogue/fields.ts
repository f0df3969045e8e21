import * as v from "valibot";

/** Building blocks that the parts of the configuration share, with the words of their errors. */
export const name = v.pipe(v.string(), v.regex(/^[\w.:-]+$/, "expected letters, digits and any of . _ : -"));
export const text = v.pipe(v.string("expected text"), v.nonEmpty("expected some text"));
export const metricName = v.pipe(v.string(), v.regex(/^[a-zA-Z_:][\w:]*$/, "expected the name of a metric"));
export const labelName = v.pipe(v.string(), v.regex(/^[a-zA-Z_]\w*$/, "expected the name of a label"));
export const selector = v.pipe(
  v.string(),
  v.regex(
    /^\s*[a-zA-Z_]\w*\s*(=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"(\s*,\s*[a-zA-Z_]\w*\s*(=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*")*\s*(?:,\s*)?$/,
    'expected label matchers without braces, e.g. job="cart",code=~"5.."',
  ),
  v.transform((matchers) => matchers.replace(/(?<!\s)\s*,\s*$/, "")),
);
export const positive = v.pipe(v.number("expected a number"), v.gtValue(0, "expected a number above 0"));
export const insidePath = v.pipe(
  v.string(),
  v.check((p) => !p.startsWith("/") && !p.split("/").includes(".."), "expected a path inside the working directory"),
);
/** A file or folder anywhere; the operating system and the build say whether it may be read. */
export const anyPath = v.pipe(
  text,
  v.check((p) => !p.split("/").includes("..") && !p.includes("\0"), "expected a path without .."),
);
export const pattern = v.pipe(
  v.string(),
  v.check((p) => {
    try {
      new RegExp(p);
      return true;
    } catch {
      return false;
    }
  }, "expected a regular expression"),
);
/** The name of an entry under `connections`. */
export const connectionName = v.pipe(text, v.regex(/^[\w.-]+$/, "expected the name of a connection"));

/** One or several: a list comes out. */
export function listOf<const T extends v.GenericSchema>(one: T, words: string) {
  return v.pipe(
    v.union([v.array(one), one], words),
    v.transform((given) => (Array.isArray(given) ? given : [given]) as v.InferOutput<T>[]),
  );
}
