import * as v from "valibot";
import { SEVERITY_LEVELS } from "../../incidents/mod.ts";

const text = v.pipe(v.string("expected text"), v.nonEmpty("expected some text"));
const path = v.pipe(text, v.maxLength(200, "expected at most 200 characters"));
const list = v.pipe(
  v.union(
    [v.array(path), v.pipe(path, v.transform((one) => [one]))],
    "expected a path such as event.title, or a list of them",
  ),
  v.minLength(1, "expected at least one path"),
);
const paths = v.optional(list);
const words = v.optional(v.array(v.union([text, v.pipe(v.number(), v.transform(String))], "expected words")));
const level = v.picklist(SEVERITY_LEVELS, `expected ${SEVERITY_LEVELS.join(", ")}`);
const wanted = v.union(
  [v.pipe(v.union([v.number(), v.boolean()]), v.transform(String)), text, v.array(text)],
  "expected a text, a list of texts, or *",
);

/** How deliveries of another form than Alertmanager's are read: fields by path. */
export const senderSchema = v.strictObject({
  name: text,
  when: v.record(path, wanted),
  each: paths,
  id: paths,
  alert: paths,
  summary: paths,
  description: paths,
  service: paths,
  severity: paths,
  status: paths,
  since: paths,
  until: paths,
  url: paths,
  labels: paths,
  resolved: words,
  ignored: words,
  default_severity: v.optional(level),
  default_service: v.optional(text),
});

/** What severity words of one's own mean; words in any letters. */
export const severitiesSchema = v.pipe(
  v.record(text, level),
  v.transform((table) => Object.fromEntries(Object.entries(table).map(([word, to]) => [word.toLowerCase(), to]))),
);
