import { Buffer } from "node:buffer";
import { type Answer, jsonOf, type Outgoing, request } from "../outgoing.ts";
import { isTransient, type Refusal } from "../refusal.ts";
import type { Node } from "./adf.ts";

/** A Jira Cloud site and who we are there. */
export interface JiraAccount {
  /** `https://example.atlassian.net`, without a trailing slash. */
  readonly url: string;
  readonly email: string;
  readonly apiToken: string;
}

/** A person as Jira knows them. */
export interface JiraUser {
  readonly accountId: string;
  readonly displayName: string;
  readonly emailAddress?: string;
  readonly active?: boolean;
  readonly accountType?: string;
}

/** A kind of issue that a project has. */
export interface JiraIssueType {
  readonly id: string;
  readonly name: string;
  readonly untranslatedName?: string;
  readonly subtask?: boolean;
  /** 0: a task, a story, a bug; 1 and more: above those. */
  readonly hierarchyLevel?: number;
}

/** A field of a new issue. */
export interface JiraField {
  readonly fieldId?: string;
  readonly key?: string;
  readonly name?: string;
  readonly required?: boolean;
  readonly hasDefaultValue?: boolean;
}

/** A status of an issue; its name is in the site's language, the key of its category is not. */
export interface JiraStatus {
  readonly name?: string;
  /** `new`, `indeterminate` (in progress), `done` or `undefined`. */
  readonly statusCategory?: { readonly key?: string };
}

/** A move of an issue that its workflow offers now. */
export interface JiraTransition {
  readonly id: string;
  readonly name: string;
  readonly to?: JiraStatus;
  readonly isAvailable?: boolean;
  /** Fields of its screen, by id. */
  readonly fields?: Readonly<Record<string, JiraField>>;
}

/** What came of a call: its JSON, or what came back instead. */
export type Called<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly refusal: JiraRefusal;
};

/** An answer that is none, with Jira's own words. */
export interface JiraRefusal extends Refusal {
  /** Undefined when nothing came back. */
  readonly status: number | undefined;
  /** Messages by field, e.g. `priority`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Jira Cloud's REST API v3, cut to what the agent asks. */
export class JiraClient {
  readonly #account: JiraAccount;
  readonly #outgoing: Outgoing;
  readonly #authorization: string;

  constructor(account: JiraAccount, outgoing: Outgoing) {
    this.#account = account;
    this.#outgoing = outgoing;
    this.#authorization = `Basic ${Buffer.from(`${account.email}:${account.apiToken}`).toString("base64")}`;
  }

  /** The page of an issue for people. */
  browseUrl(key: string): string {
    return `${this.#account.url}/browse/${key}`;
  }

  myself(): Promise<Called<JiraUser>> {
    return this.#call("GET", "/myself");
  }

  project(key: string): Promise<Called<{ key: string; name: string }>> {
    return this.#call("GET", `/project/${encodeURIComponent(key)}`);
  }

  issueTypes(project: string): Promise<Called<{ issueTypes: JiraIssueType[] }>> {
    return this.#call("GET", `/issue/createmeta/${encodeURIComponent(project)}/issuetypes?maxResults=200`);
  }

  /** Fields of a project's new issues of one type. */
  fieldsOf(project: string, typeId: string): Promise<Called<{ fields?: JiraField[]; values?: JiraField[] }>> {
    const path = `/issue/createmeta/${encodeURIComponent(project)}/issuetypes/${encodeURIComponent(typeId)}`;
    return this.#call("GET", `${path}?maxResults=200`);
  }

  priorities(): Promise<Called<{ id: string; name: string }[]>> {
    return this.#call("GET", "/priority");
  }

  /** People who may be assigned issues of the project and match a name or an e-mail address. */
  assignable(project: string, query: string): Promise<Called<JiraUser[]>> {
    return this.#call("GET", `/user/assignable/search?${new URLSearchParams({ project, query, maxResults: "50" })}`);
  }

  /** Issues with a label, newest first. */
  labelled(project: string, label: string): Promise<Called<{ issues: { key: string; fields?: IssueFields }[] }>> {
    const jql = `project = ${quoted(project)} AND labels = ${quoted(label)} ORDER BY created DESC`;
    return this.#call("GET", `/search/jql?${new URLSearchParams({ jql, fields: "assignee", maxResults: "5" })}`);
  }

  async create(fields: Readonly<Record<string, unknown>>): Promise<Called<{ key: string }>> {
    const called = await this.#call<{ key?: unknown } | undefined>("POST", "/issue", { fields });
    if (!called.ok) return called;
    const key = called.value?.key;
    return typeof key === "string" ? { ok: true, value: { key } } : { ok: false, refusal: notJira(200) };
  }

  /** Status and assignee of an issue. */
  issue(key: string): Promise<Called<{ key: string; fields?: IssueFields }>> {
    return this.#call("GET", `/issue/${encodeURIComponent(key)}?fields=status%2Cassignee`);
  }

  assign(key: string, accountId: string): Promise<Called<unknown>> {
    return this.#call("PUT", `/issue/${encodeURIComponent(key)}/assignee`, { accountId });
  }

  comment(key: string, body: Node): Promise<Called<{ id: string }>> {
    return this.#call("POST", `/issue/${encodeURIComponent(key)}/comment`, { body });
  }

  /** The newest comments. */
  comments(key: string): Promise<Called<{ comments: { id: string; body?: unknown }[] }>> {
    const query = new URLSearchParams({ maxResults: "50", orderBy: "-created" });
    return this.#call("GET", `/issue/${encodeURIComponent(key)}/comment?${query}`);
  }

  /** The moves that the issue's workflow offers this account now, with the fields that they need. */
  transitions(key: string): Promise<Called<{ transitions?: JiraTransition[] }>> {
    return this.#call("GET", `/issue/${encodeURIComponent(key)}/transitions?expand=transitions.fields`);
  }

  transition(key: string, id: string): Promise<Called<unknown>> {
    return this.#call("POST", `/issue/${encodeURIComponent(key)}/transitions`, { transition: { id } });
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<Called<T>> {
    const init: Parameters<typeof request>[1] = {
      method,
      headers: {
        authorization: this.#authorization,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const answer = await request(`${this.#account.url}/rest/api/3${path}`, init, this.#outgoing);
    if (answer.kind === "silence" || answer.status < 200 || answer.status > 299) {
      return { ok: false, refusal: refusalOf(answer) };
    }
    const value = answer.body.trim() === "" ? undefined : jsonOf(answer.body);
    if (value === undefined && answer.status !== 204 && method === "GET") {
      return { ok: false, refusal: notJira(answer.status) };
    }
    return { ok: true, value: value as T };
  }
}

/** The fields of an issue that the agent reads. */
export interface IssueFields {
  readonly assignee?: { readonly displayName?: string; readonly accountId?: string } | null;
  readonly status?: JiraStatus;
}

/** A page for people, e.g. of a login or a proxy. */
function notJira(status: number): JiraRefusal {
  const reason = "Jira's answer is no JSON: is JIRA_URL the site's address?";
  return { status, reason, fields: {}, transient: false, maybeDone: false };
}

function refusalOf(answer: Answer): JiraRefusal {
  if (answer.kind === "silence") {
    const reason = `Jira does not answer: ${answer.reason}`;
    return { status: undefined, reason, fields: {}, transient: isTransient(undefined), maybeDone: answer.reached };
  }
  const { status } = answer;
  const body = jsonOf(answer.body) as { errorMessages?: unknown; errors?: unknown } | undefined;
  const messages = Array.isArray(body?.errorMessages) ? body.errorMessages.map(String) : [];
  const errors = typeof body?.errors === "object" && body.errors !== null ? Object.entries(body.errors) : [];
  const fields = Object.fromEntries(errors.map(([name, words]) => [name, String(words)]));
  const said = [...messages, ...errors.map(([name, words]) => `${name}: ${words}`)].join("; ").slice(0, 500);
  const hint = status === 401
    ? "check JIRA_EMAIL and JIRA_API_TOKEN"
    : status === 403
    ? "the account lacks the permission for that in this project"
    : status >= 300 && status < 400
    ? "it redirects, perhaps to a login page: check JIRA_URL"
    : status === 404
    ? "check JIRA_URL and JIRA_PROJECT_KEY"
    : "";
  const words = hint === "" ? said : [said.replace(/\.$/, ""), hint].filter((part) => part !== "").join("; ");
  return {
    status,
    reason: `Jira answered ${status}${words === "" ? "" : `: ${words}`}`,
    fields,
    transient: isTransient(status),
    ...(answer.retryAfterMs === undefined ? {} : { afterMs: answer.retryAfterMs }),
    maybeDone: status >= 500 || status === 408,
  };
}

/** A value in JQL. */
function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
