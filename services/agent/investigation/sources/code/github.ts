import * as v from "valibot";
import { ToolError } from "../../tool_error.ts";
import { getJson, type JsonAnswer } from "../http.ts";
import { isLeftOut, MOST_FILES, tooMany } from "./listing.ts";
import { type CodeSource, MAX_FILE, MOST_COMMITS } from "./source.ts";

/** Which repository, and how to reach it. */
export interface GitHubOptions {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** Branch, tag or commit; the default branch when not given. */
  readonly ref?: string | undefined;
  readonly token?: string | undefined;
  /** Another product with the same API. */
  readonly product?: "Gitea";
  /** The connection that it is reached by; default: the variables GITHUB_…. */
  readonly connection?: string;
}

/** What a person sets to mend it. */
interface Settings {
  readonly repository: string;
  readonly ref: string;
  readonly token: string;
}

function settingsOf({ connection }: GitHubOptions): Settings {
  if (connection === undefined) {
    return { repository: "GITHUB_OWNER and GITHUB_REPO", ref: "GITHUB_REF", token: "GITHUB_TOKEN" };
  }
  return { repository: "code.repository", ref: "code.ref", token: `the token of connection ${connection}` };
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

const treeSchema = v.object({
  truncated: v.optional(v.boolean(), false),
  tree: v.array(v.object({ path: v.string(), type: v.string(), mode: v.optional(v.string()) })),
});
/** Mode of a symbolic link. */
const LINK = "120000";

/** Code behind GitHub's REST API; reads only. */
export function githubCode(options: GitHubOptions, deps: { readonly fetch: typeof fetch }): CodeSource {
  const { apiUrl, owner, repo, ref, token } = options;
  const base = `${apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
  const product = options.product ?? "GitHub";
  const name = `${product} ${owner}/${repo}`;
  const set = settingsOf(options);
  const ask = async (path: string, params: Record<string, string | undefined>, signal: AbortSignal) => {
    const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const query = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
    const answer = await getJson(`${base}${path}${query}`, {
      fetch: deps.fetch,
      signal,
      who: product,
      headers: {
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": "oncall-agent",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    }).catch((cause: unknown) => {
      if (!(cause instanceof ToolError) || !cause.message.includes("redirect")) throw cause;
      throw new ToolError(
        "not_found",
        `${name} was renamed or moved: set ${set.repository} to where it is now`,
        { cause },
      );
    });
    if (answer.status !== 200) throw refusal(answer, { name, path, ref, product, set });
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
    async files(signal) {
      const where = `/git/trees/${encodeURIComponent(ref ?? "HEAD")}`;
      const parsed = v.safeParse(
        treeSchema,
        await ask(
          where,
          options.product === "Gitea" ? { recursive: "1", per_page: "10000" } : { recursive: "1" },
          signal,
        ),
      );
      if (!parsed.success) throw new ToolError("bad_answer", `${name} answered the list of files in another form`);
      const { tree } = parsed.output;
      // Gitea says it of a page that is not the last one.
      const truncated = parsed.output.truncated;
      const files = tree.filter(({ type, mode, path }) =>
        type === "blob" && mode !== LINK && !path.split("/").some(isLeftOut)
      );
      if (truncated || files.length > MOST_FILES) throw tooMany();
      return files.map(({ path }) => path);
    },
    async commits(path, signal) {
      const parsed = v.safeParse(
        commitsSchema,
        await ask(
          "/commits",
          { path, sha: ref, [options.product === "Gitea" ? "limit" : "per_page"]: `${MOST_COMMITS}` },
          signal,
        ),
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

function refusal(
  answer: JsonAnswer,
  { name, path, ref, product, set }: {
    readonly name: string;
    readonly path: string;
    readonly ref?: string | undefined;
    readonly product: string;
    readonly set: Settings;
  },
): ToolError {
  const { status, headers } = answer;
  const told = (answer.body as { message?: unknown } | null)?.message;
  const words = typeof told === "string" ? told.replaceAll(/\s+/g, " ").slice(0, 200) : "";
  const said = words === "" ? "" : `; it says: ${words}`;
  if (status === 404 && ref !== undefined && /No commit found|\bref\b/i.test(words)) {
    return new ToolError("not_found", `${name} has no branch, tag or commit ${ref}: set ${set.ref} to one that it has`);
  }
  if (status === 404) {
    const at = ref === undefined ? "" : ` (at ${set.ref} ${ref})`;
    return new ToolError("not_found", `${name} has no ${path} that this token may read${at}`);
  }
  if (status === 401) return new ToolError("refused", `${product} does not accept ${set.token} (401)${said}`);
  if (status === 403 && /SAML|SSO/.test(words)) {
    return new ToolError("refused", `${set.token} must be authorized for the organization's single sign-on${said}`);
  }
  const limited = status === 429 || (status === 403 &&
    (headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after") || /rate limit/i.test(words)));
  if (limited) {
    const reset = Number(headers.get("x-ratelimit-reset"));
    const wait = Number(headers.get("retry-after"));
    const until = wait > 0
      ? `; it may be asked again in ${wait} s`
      : Number.isFinite(reset) && reset > 0
      ? ` until ${new Date(reset * 1000).toISOString()}`
      : "";
    const which = /secondary/i.test(words) ? "secondary rate limit" : "rate limit";
    return new ToolError("refused", `${product}'s ${which} is used up${until}`);
  }
  if (status === 403) return new ToolError("refused", `${set.token} may not read ${name} (403)${said}`);
  return new ToolError("bad_answer", `${name} answered ${status}${said}`);
}
