import fc from "fast-check";

/** Texts that programs get wrong: empty, long, of other scripts, with control characters, half of a pair, markup, paths. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "\0",
      "\n\r\n",
      "\ud800",
      "\udfff\ud800",
      "\u202e\u2066",
      "__proto__",
      "constructor",
      "toString",
      "null",
      "NaN",
      "-0",
      "1e999",
      "0x1F",
      "9007199254740993",
      "2026-02-30T25:61:61Z",
      "0001-01-01T00:00:00Z",
      "<script>alert(1)</script>",
      "{{ $labels.x }}",
      "${7*7}",
      "../../../../etc/passwd",
      "..%2f..%2f",
      "file:///etc/passwd",
      "http://169.254.169.254/latest/meta-data/",
      "' OR 1=1 --",
      '"; DROP TABLE incidents; --',
      "%00%ff%",
      "%",
      "\\",
      "\\u0000",
      "[redacted token]",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom("a", " ", "(", "\\", "\n", "é", "😀", "0", '"', "{", "[", "-", "=", ":"),
      fc.nat(20_000),
    )
      .map(([unit, times]) => unit.repeat(times)),
  },
);

/** A word of this field, or nasty. */
export const wordOf = (...words: string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: nasty });

/** A JSON value of any kind. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: nasty },
  { weight: 2, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.nat(3_000).map((depth) => ({ nested: depth })) },
);

/** The value, or something else in its place. */
export const mostly = <T>(value: fc.Arbitrary<T>, weight = 8): fc.Arbitrary<unknown> =>
  fc.oneof({ weight, arbitrary: value }, { weight: 1, arbitrary: anyJson });

/** JSON in which `{"nested": n}` became n lists inside each other, as text. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /\{"nested":(\d+)\}/g,
    (_, depth) => "[".repeat(Number(depth)) + "]".repeat(Number(depth)),
  );
}

/** A text, cut, doubled or with a piece in it. */
export const broken = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.nat(), nasty, fc.nat(9)).map(([whole, at, piece, how]) => {
    const cut = whole.length === 0 ? 0 : at % whole.length;
    if (how < 6) return whole;
    if (how === 6) return whole.slice(0, cut);
    if (how === 7) return whole.slice(0, cut) + piece + whole.slice(cut);
    if (how === 8) return whole.slice(0, cut) + whole.slice(cut + 1 + piece.length);
    return whole + whole;
  });
