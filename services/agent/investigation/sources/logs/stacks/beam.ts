import { joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const ELIXIR =
  /^\s{0,40}(?:\(([\w.-]{1,60})(?: ([\w.+-]{1,40}))?\) )?([^\s:()]{1,300}\.(?:ex|exs|erl|eex|heex|leex|hrl|gleam)):(\d{1,7}): (.{1,300})$/;
const NATIVE = /^\s{0,40}\((?:[\w.-]{1,60})(?: [\w.+-]{1,40})?\) [\w.:]{1,200}\/\d/;
const HEAD = /\*\* \(([A-Z][\w.]{0,160})\) (.*)$/;
const TUPLE =
  /\{(?:'?([\w.]{1,120})'?),'?([\w?!]{1,120})'?,(?:\d{1,3}|\[.{0,200}?\]),\[\{file,"([^"]{1,300})"\},\s?\{line,(\d{1,7})\}/g;
const SHELL =
  /in (?:function|call from)\s{1,4}'?([\w.:'/]{1,200})'? \(([^\s,()]{1,300}\.(?:erl|ex|exs|hrl)), line (\d{1,7})\)/;
const REASON =
  /(?:\*\*\s{0,4}exception|exception) (error|exit|throw): (.*)$|^\*\*\s{0,4}\{(.{1,400})$|reason: (.{1,300})$/;
const APPS =
  /^(?:elixir|stdlib|kernel|erts|eex|ex_unit|iex|logger|mix|compiler|crypto|ssl|inets|mnesia|public_key|runtime_tools|sasl|ecto\w*|db_connection|postgrex|myxql|tds|phoenix\w*|plug\w*|cow\w*|ranch|bandit|thousand_island|telemetry\w*|jason|poison|tesla|finch|mint|hackney|httpoison|absinthe\w*|oban\w*|broadway\w*|gen_stage|nimble_\w+|swoosh|bamboo|redix|amqp\w*|grpc|sentry|websock\w*|castore|decimal|timex|guardian|ueberauth|ash\w*|commanded|eventstore|nebulex|cachex|quantum|req)$/;

/** Elixir and Erlang: `** (KeyError) …` with `(app 0.1.0) lib/x.ex:12:`, crash reports, `{file,"x.erl"},{line,12}`. */
export const beam: Reader = {
  language: "Elixir, Erlang",
  sign: /\*\* \([A-Z][\w.]{0,160}\) |\.(?:ex|exs|erl|eex|heex):\d{1,7}: |\{file,\s?"|\.(?:erl|ex), line \d/,
  read(lines) {
    const frames: StackFrame[] = [];
    let head: { type: string; message: string } | null = null;
    for (const [i, line] of lines.entries()) {
      const named = HEAD.exec(line);
      if (named && frames.length === 0) head = innermost(named, lines.slice(i + 1));
      if (head === null && frames.length === 0) {
        const reason = REASON.exec(line);
        if (reason) {
          head = {
            type: reason[1] ?? "error",
            message: joined([(reason[2] ?? reason[3] ?? reason[4])!.replace(/,?\s{0,9}\[\{[^]*$/, "")]),
          };
        }
      }
      const match = ELIXIR.exec(line);
      if (match) frames.push(frame(match[5]!, match[3]!, [match[4]!, match[1]]));
      else if (!NATIVE.test(line)) {
        const shell = SHELL.exec(line);
        if (shell) frames.push(frame(shell[1]!, shell[2]!, [shell[3]!]));
        for (const [, module, name, file, at] of line.matchAll(TUPLE)) {
          frames.push(frame(`${module}:${name}`, file!, [at!]));
        }
      }
    }
    return found([{ ...reading(head), frames }]);
  },
};

/** `** (Plug.Conn.WrapperError) ** (KeyError) …` names what it wraps; so does an exit, on the next line. */
function innermost(match: RegExpExecArray, below: readonly string[]): { type: string; message: string } {
  let [, type, message] = match as unknown as [string, string, string];
  for (let inner = HEAD.exec(message); inner; inner = HEAD.exec(message)) {
    [, type, message] = inner as unknown as [string, string, string];
  }
  const end = below.findIndex((line) =>
    ELIXIR.test(line) || NATIVE.test(line) || line.trim() === "" || HEAD.test(line)
  );
  return { type, message: joined([message, ...below.slice(0, end < 0 ? 4 : Math.min(end, 8))]) };
}

function frame(name: string, file: string, [line, app]: readonly (string | undefined)[]): StackFrame {
  return {
    function: name.trim(),
    file,
    line: Number(line),
    library: isLibraryPath(file) || APPS.test(app ?? "") ||
      /^(?:gen_server|proc_lib|gen_statem|supervisor|lists|timer|erl_eval)\.erl$/.test(file),
  };
}
