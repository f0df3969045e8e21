import * as v from "valibot";
import { ToolError } from "../../tool_error.ts";
import { getJson, type JsonAnswer } from "../http.ts";
import { errorWords } from "../words.ts";
import { isLeftOut, MOST_FILES, tooMany } from "./listing.ts";
import { type CodeSource, MAX_FILE, MOST_COMMITS } from "./source.ts";

/** Which project, and how to reach it. */
export interface GitLabOptions {
  readonly url: string;
  /** Path of the project with its groups, e.g. `shop/backend/orders`. */
  readonly repository: string;
  readonly ref?: string | undefined;
  /** The connection that it is reached by. */
  readonly connection: string;
}

const fileSchema = v.object({ size: v.number(), encoding: v.optional(v.string(), "base64"), content: v.string() });
const commitsSchema = v.array(v.object({
  id: v.string(),
  title: v.optional(v.string(), ""),
  author_name: v.optional(v.nullable(v.string())),
  committed_date: v.optional(v.nullable(v.string())),
  created_at: v.optional(v.nullable(v.string())),
}));
const treeSchema = v.array(v.object({ path: v.string(), type: v.string(), mode: v.optional(v.string()) }));
const LINK = "120000";
const PAGE = 100;
/** Pages of a listing that are asked for at once, and at most. */
const AT_ONCE = 8;
const MOST_PAGES = 200;

/** Code behind GitLab's REST API; reads only. */
export function gitlabCode(options: GitLabOptions, deps: { readonly fetch: typeof fetch }): CodeSource {
  const { url, repository, ref, connection } = options;
  const base = `${url.replace(/\/api\/v4$/, "")}/api/v4/projects/${encodeURIComponent(repository)}/repository`;
  const name = `GitLab ${repository}`;
  const ask = async (path: string, params: Record<string, string | undefined>, signal: AbortSignal) => {
    const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const answer = await getJson(`${base}${path}?${new URLSearchParams(given)}`, {
      fetch: deps.fetch,
      signal,
      who: "GitLab",
    });
    if (answer.status !== 200) throw refusal(answer, { name, ref, connection });
    return answer;
  };
  return {
    name,
    async read(path, signal) {
      const answer = await ask(`/files/${encodeURIComponent(path)}`, { ref: ref ?? "HEAD" }, signal);
      const parsed = v.safeParse(fileSchema, answer.body);
      if (!parsed.success) throw new ToolError("not_found", `${path} is not a file in ${name}`);
      if (parsed.output.size > MAX_FILE) throw new ToolError("refused", `${path} is larger than ${MAX_FILE} bytes`);
      const { content, encoding } = parsed.output;
      try {
        const text = encoding === "base64"
          ? new TextDecoder().decode(Uint8Array.from(atob(content.replaceAll(/\s/g, "")), (char) => char.charCodeAt(0)))
          : content;
        return { path, text, ref: ref ?? "default branch" };
      } catch (cause) {
        throw new ToolError("bad_answer", `${name} sent ${path} in an encoding that cannot be read`, { cause });
      }
    },
    async files(signal) {
      const page = async (number: number) => {
        const params = { recursive: "true", per_page: `${PAGE}`, page: `${number}`, ref };
        const parsed = v.safeParse(treeSchema, (await ask("/tree", params, signal)).body);
        if (!parsed.success) throw new ToolError("bad_answer", `${name} answered the list of files in another form`);
        return parsed.output;
      };
      const files: string[] = [];
      for (let first = 1; first <= MOST_PAGES; first += AT_ONCE) {
        const pages = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => page(first + index)));
        for (const { type, mode, path } of pages.flat()) {
          if (type === "blob" && mode !== LINK && !path.split("/").some(isLeftOut)) files.push(path);
        }
        if (pages.at(-1)!.length < PAGE) return files.length > MOST_FILES ? Promise.reject(tooMany()) : files;
      }
      throw tooMany();
    },
    async commits(path, signal) {
      const answer = await ask("/commits", { path, ref_name: ref, per_page: `${MOST_COMMITS}` }, signal);
      const parsed = v.safeParse(commitsSchema, answer.body);
      if (!parsed.success) throw new ToolError("bad_answer", `${name} answered the list of commits in another form`);
      const commits = parsed.output.map(({ id, title, author_name: author, committed_date: at, created_at: made }) => ({
        sha: id.slice(0, 10),
        at: at ?? made ?? "",
        author: author ?? "unknown",
        title: title.slice(0, 200),
      }));
      return { commits, note: null };
    },
  };
}

function refusal(
  { status, body }: JsonAnswer,
  { name, ref, connection }: { readonly name: string; readonly ref?: string | undefined; readonly connection: string },
): ToolError {
  const said = errorWords(body);
  if (status === 404) {
    const at = ref === undefined ? "" : ` at ${ref}`;
    return new ToolError(
      "not_found",
      `${name} has nothing there that this token may read${at}${said === "" ? "" : `; it says: ${said}`}`,
    );
  }
  if (status === 401 || status === 403) {
    return new ToolError(
      "refused",
      `GitLab does not accept the token of connection ${connection} for ${name} (${status}); it needs read_api or read_repository`,
    );
  }
  return new ToolError(
    status === 429 ? "refused" : "bad_answer",
    `${name} answered ${status}: ${said || "no reason given"}`,
  );
}
