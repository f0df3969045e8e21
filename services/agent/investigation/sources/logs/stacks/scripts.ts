import { joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const LUA_HEAD = /(?:^|[\s:])((?:[A-Za-z]:)?[^\s:]{1,300}\.lua):(\d{1,7}): (.{1,400})$/;
const LUA_FRAME =
  /^\s{1,20}((?:[A-Za-z]:)?[^\s:]{1,300}\.lua):(\d{1,7}): in (?:(?:function|method|upvalue|local|field|global) )?['<]?(.{1,200}?)['>]?$/;
const PERL_HEAD =
  /^(.{1,500}) at ((?:[A-Za-z]:)?[^\s]{1,300}\.(?:p[lm]|t|cgi|psgi)) line (\d{1,7})[.,]?(?: at .{0,80}| .{0,80})?$/;
const PERL_FRAME = /^\s{1,20}(.{1,300}?)(?:\(.{0,300}\))? called at ((?:[A-Za-z]:)?[^\s]{1,300}) line (\d{1,7})$/;

/** Lua, also in nginx: `pricing.lua:12: attempt to …`, `stack traceback:`. */
export const lua: Reader = {
  language: "Lua",
  sign: /\.lua:\d{1,7}: /,
  read(lines) {
    const at = lines.findIndex((line) => LUA_HEAD.test(line) && !LUA_FRAME.test(line));
    const head = at < 0 ? null : LUA_HEAD.exec(lines[at]!)!;
    const frames = lines.flatMap((line) => {
      const match = LUA_FRAME.exec(line);
      return match ? [placed(match[3]!, match[1]!, match[2]!)] : [];
    });
    const own = head && !(frames[0]?.file === head[1] && frames[0]?.line === Number(head[2]))
      ? [placed(null, head[1]!, head[2]!)]
      : [];
    return found([{
      ...reading(head ? { type: "error", message: joined([head[3]!.replace(/ stack traceback:.*$/, "")]) } : null),
      frames: [...own, ...frames],
    }]);
  },
};

/** Perl: `… at x.pm line 12.` and Carp's `called at`. */
export const perl: Reader = {
  language: "Perl",
  sign: / at \S{1,300}\.(?:p[lm]|t|cgi|psgi) line \d{1,7}/,
  read(lines) {
    const places: StackFrame[] = [];
    const names: string[] = [];
    let message: string | null = null;
    for (const line of lines) {
      const call = PERL_FRAME.exec(line);
      if (call) {
        names.push(call[1]!.trim());
        places.push(placed(null, call[2]!, call[3]!));
        continue;
      }
      const head: RegExpExecArray | null = message === null ? PERL_HEAD.exec(line) : null;
      if (!head) continue;
      message = head[1]!.trim();
      places.push(placed(null, head[2]!, head[3]!));
    }
    const frames = places.map((place, i) => ({ ...place, function: names[i] ?? null }));
    return message === null ? null : found([{ ...reading({ type: "die", message: joined([message]) }), frames }]);
  },
};

function placed(name: string | null, file: string, line: string): StackFrame {
  return {
    function: name,
    file,
    line: Number(line),
    library: isLibraryPath(file) || /[/\\]perl5?[/\\]|[/\\](?:lualib|resty|luarocks)[/\\]/.test(file),
  };
}
