const METHOD = "(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)";
const STATUS: readonly RegExp[] = [
  /(?:^|\] )([1-5]\d\d) {0,3}\|/,
  new RegExp(`\\b${METHOD} /\\S{0,500} - \\d{2,5} - \\S{1,100} \\S{1,300} \\S{1,300} ([1-5]\\d\\d) \\d`),
  /HTTP\/\d(?:\.\d)?" ([1-5]\d\d)\b/,
  /\b(?:responded|Completed|returned|status[ :=]{1,2}|HTTP) "?([1-5]\d\d)\b/,
  new RegExp(`\\b${METHOD} "?/[^\\s"]{0,500}"?(?: HTTP/\\d(?:\\.\\d)?)? (?:=> |- )?([1-5]\\d\\d)\\b`),
  /\| {0,3}([1-5]\d\d) {0,3}\|/,
];

/** The HTTP status that a line tells of, as access logs and frameworks write it. */
export function statusIn(line: string): number | undefined {
  if (!/[1-5]\d\d/.test(line)) return undefined;
  const text = line.slice(0, 1000);
  for (const pattern of STATUS) {
    const match = pattern.exec(text);
    if (match) return Number(match[1]);
  }
  return undefined;
}
