/** A word's role in a command. */
export type Role =
  | "create"
  | "ticket"
  | "assign"
  | "to"
  | "for"
  | "priority"
  | "due"
  | "with"
  | "ack"
  | "silence"
  | "unsilence"
  | "remove"
  | "scale"
  | "instances"
  | "resolve"
  | "mark"
  | "incident"
  | "status"
  | "why"
  | "logs"
  | "similar"
  | "help"
  | "show"
  | "and"
  | "filler";

/** Words that mean a role, beside those that are near one by a typing error. */
const WORDS: Readonly<Record<Role, string>> = {
  create: "create creat crate craete make mak open raise rasie file add new cut put need want get",
  ticket: "ticket tickets tiket tikcet task tsk taks jira jria jra jirra gira issue bug story card",
  assign: "assign asign assing assigned assignee asigned give hand owner",
  to: "to 2 at",
  for: "for 4",
  priority: "priority prio pri prioirty severity",
  due: "due by before deadline until till",
  with: "with as",
  ack: "ack ackd acked acking acknowledge acknowledged aknowledge acknowledging acknowleged",
  silence: "silence silense mute snooze quiet hush",
  unsilence: "unsilence unmute unsnooze desilence",
  remove: "remove delete lift end stop expire clear drop",
  scale: "scale resize upscale downscale",
  instances: "instances instance replicas replica pods pod copies servers nodes",
  resolve: "resolve resolved close closed fixed solved",
  mark: "mark set flag",
  incident: "incident incidents alert alerts case page",
  status: "status stats state update progress",
  why: "why evidence proof reason reasons explain",
  logs: "logs log lgos logz logfile stacktrace traceback",
  similar: "similar related",
  help: "help hlp hepl commands command options usage",
  show: "show list print display send tell see view",
  and: "and then also plus",
  filler:
    "a an the this that it its please pls plz thanks thx thank you hey hi hello ok okay now just in on of me us " +
    "some our my up down right away next coming yes yeah yep sure asap immediately quickly so be lines details",
};

const ROLES = new Map<string, Role>(
  Object.entries(WORDS).flatMap(([role, words]) => words.split(" ").map((word) => [word, role as Role])),
);

/** Long words in which a typing error or two still leaves no doubt, and how many edits each may be away. */
const NEAR: readonly (readonly [word: string, role: Role, edits: number])[] = [
  ["create", "create", 1],
  ["ticket", "ticket", 1],
  ["assign", "assign", 1],
  ["priority", "priority", 2],
  ["acknowledge", "ack", 3],
  ["silence", "silence", 2],
  ["snooze", "silence", 1],
  ["unsilence", "unsilence", 2],
  ["unmute", "unsilence", 1],
  ["scale", "scale", 1],
  ["instances", "instances", 2],
  ["replicas", "instances", 2],
  ["resolve", "resolve", 1],
  ["status", "status", 1],
  ["evidence", "why", 2],
  ["similar", "similar", 1],
  ["incident", "incident", 2],
];

/** Words of their own that are near one of the above: never taken for a typing error of it. */
const THEMSELVES = new Set(
  ("created creates creating creator crated stale scaled scales scaling scare statue statues states silenced silences " +
    "science silent resolves resolving revolve assigns assigning tickets wicket thicket cricket instant instance " +
    "insight incidental acknowledges priorities scalp small shale shall salt sale evident").split(" "),
);

/** The role of a word in small letters; undefined when it has none. */
export function roleOf(word: string): Role | undefined {
  const exact = ROLES.get(word);
  if (exact !== undefined || THEMSELVES.has(word) || word.length < 5) return exact;
  return NEAR.find(([known, , edits]) => distance(word, known) <= edits)?.[1];
}

/** Edits (insert, delete, replace, swap neighbours) between two words. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
