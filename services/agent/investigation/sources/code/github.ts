import * as v from "valibot";
import { ToolError } from "../../tool_error.ts";
import { getJson, type JsonAnswer } from "../http.ts";
import { type CodeSource, MAX_FILE, MOST_COMMITS } from "./source.ts";

/** Which repository, and how to reach it. */
export interface GitHubOptions {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** Branch, tag or commit; the default branch when not given. */
  readonly ref?: string | undefined;
  readonly token?: string | undefined;
}

const fileSchema = v.object({
  type: v.literal("file"),
  size: v.number(),
  encoding: v.optional(v.string()),
  content: v.optional(v.string(), ""),
});

const commitsSchema = v.array(v.object({
  sha: v.string(),
  commit: v.object({
    message: v.string(),
    author: v.optional(v.nullable(v.object({ name: v.optional(v.string()), date: v.optional(v.string()) }))),
    committer: v.optional(v.nullable(v.object({ date: v.optional(v.string()) }))),
  }),
}));

/** Code behind GitHub's REST API; reads only. */
export function githubCode(options: GitHubOptions, deps: { readonly fetch: typeof fetch }): CodeSource {
  const { apiUrl, owner, repo, ref, token } = options;
  const base = `${apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
  const name = `GitHub ${owner}/${repo}`;
  const ask = async (path: string, params: Record<string, string | undefined>, signal: AbortSignal) => {
    const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const query = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
    const answer = await getJson(`${base}${path}${query}`, {
      fetch: deps.fetch,
      signal,
      who: "GitHub",
      headers: {
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": "oncall-agent",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
    if (answer.status !== 200) throw refusal(answer, name, path);
    return answer.body;
  };
  return {
    name,
    async read(path, signal) {
      const where = `/contents/${path.split("/").map(encodeURIComponent).join("/")}`;
      const parsed = v.safeParse(fileSchema, await ask(where, { ref }, signal));
      if (!parsed.success) throw new ToolError("not_found", `${path} is not a file in ${name}`);
      const { size, encoding, content } = parsed.output;
      if (size > MAX_FILE || encoding === "none") {
        throw new ToolError("refused", `${path} is larger than ${MAX_FILE} bytes`);
      }
      try {
        const bytes = Uint8Array.from(atob(content.replaceAll(/\s/g, "")), (char) => char.charCodeAt(0));
        return { path, text: new TextDecoder().decode(bytes), ref: ref ?? "default branch" };
      } catch (cause) {
        throw new ToolError("bad_answer", `${name} sent ${path} in an encoding that cannot be read`, { cause });
      }
    },
    async commits(path, signal) {
      const parsed = v.safeParse(
        commitsSchema,
        await ask("/commits", { path, sha: ref, per_page: `${MOST_COMMITS}` }, signal),
      );
      if (!parsed.success) throw new ToolError("bad_answer", `${name} answered the list of commits in another form`);
      const commits = parsed.output.map(({ sha, commit }) => ({
        sha: sha.slice(0, 10),
        at: commit.committer?.date ?? commit.author?.date ?? "",
        author: commit.author?.name ?? "unknown",
        title: commit.message.split("\n", 1)[0]!.slice(0, 200),
      }));
      return { commits, note: null };
    },
  };
}

function refusal(answer: JsonAnswer, name: string, path: string): ToolError {
  const { status, headers } = answer;
  if (status === 404) return new ToolError("not_found", `${name} has no ${path} that this token may read`);
  if (status === 401) return new ToolError("refused", "GitHub does not accept GITHUB_TOKEN (401)");
  if (status === 429 || (status === 403 && headers.get("x-ratelimit-remaining") === "0")) {
    const reset = Number(headers.get("x-ratelimit-reset"));
    const until = Number.isFinite(reset) && reset > 0 ? ` until ${new Date(reset * 1000).toISOString()}` : "";
    return new ToolError("refused", `GitHub's rate limit is used up${until}`);
  }
  if (status === 403) return new ToolError("refused", `GITHUB_TOKEN may not read ${name} (403)`);
  return new ToolError("bad_answer", `${name} answered ${status}`);
}
