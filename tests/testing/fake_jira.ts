/** An issue as the fake Jira keeps it. */
export interface FakeIssue {
  readonly key: string;
  readonly fields: Record<string, unknown>;
  readonly comments: { id: string; body: unknown }[];
  status: string;
}

/** A user as Jira shows them. */
export interface FakeUser {
  readonly accountId: string;
  readonly displayName: string;
  readonly emailAddress?: string;
  readonly active: boolean;
  readonly accountType: string;
}

/** A step of the fake's workflow, offered from every status but its own. */
export interface FakeTransition {
  readonly id: string;
  readonly name: string;
  /** The status that it leads to. */
  readonly to: string;
  /** Statuses from which it is offered; default: every other one. */
  readonly from?: readonly string[];
  readonly hasScreen?: boolean;
  /** Fields of its screen, by id. */
  readonly fields?: Readonly<Record<string, { name: string; required: boolean; hasDefaultValue: boolean }>>;
}

/** Statuses with the keys of their categories, and how an issue moves between them; issues begin in the first. */
export interface FakeWorkflow {
  readonly statuses: Readonly<Record<string, "new" | "indeterminate" | "done" | "undefined">>;
  readonly transitions: readonly FakeTransition[];
}

const WORKFLOW: FakeWorkflow = {
  statuses: { "To Do": "new", "In Progress": "indeterminate", "Done": "done" },
  transitions: [
    { id: "31", name: "Finish", to: "Done" },
    { id: "21", name: "Start", to: "In Progress" },
    { id: "11", name: "Back to the queue", to: "To Do" },
  ],
};

/** What the fake does with a request instead of doing what it asks, or after having done it. */
export type JiraFault =
  | { readonly status: number; readonly body?: unknown; readonly retryAfter?: string }
  | "do_then_500"
  | "do_then_break";

/** A Jira Cloud that remembers: one project, its people, its issues. */
export interface FakeJira {
  readonly url: string;
  readonly issues: FakeIssue[];
  readonly users: FakeUser[];
  /** Default: To Do, In Progress and Done, with a transition to each. */
  workflow: FakeWorkflow;
  /** Every request as `METHOD /path`, without the query. */
  readonly requests: string[];
  /** Decides each request before it is done; undefined does it. */
  fault: (method: string, path: string) => JiraFault | undefined;
  /** Told when a request has been done, before it is answered. */
  onDone: (method: string, path: string) => void;
  stop(): Promise<void>;
}

/** Credentials that the fake accepts. */
export const FAKE_JIRA = { email: "oncall@example.com", apiToken: "fake-jira-token", project: "OPS" };

/** People of the fake: one Ravi, two called Kim, one who has left, one app. */
export const PEOPLE: readonly FakeUser[] = [
  person("5b10a2844c20165700ede21g", "Ravi Kumar", "ravi.kumar@example.com"),
  person("5b10ac8d82e05b22cc7d4ef5", "Kim Novak", "kim.novak@example.com"),
  person("5b10a0effa615349cb016cd8", "Kim Basinger", "kim.basinger@example.com"),
  { ...person("712020:0e99e8b3", "Ravi Gone", "ravi.gone@example.com"), active: false },
  { ...person("557058:ravi-bot", "Ravi Bot"), accountType: "app" },
];

/** Starts a fake Jira on a free port of 127.0.0.1. */
export function startFakeJira(port = 0): FakeJira {
  const issues: FakeIssue[] = [];
  const requests: string[] = [];
  const users = [...PEOPLE];
  let made = 0;
  const jira: FakeJira = {
    url: "",
    issues,
    users,
    workflow: WORKFLOW,
    requests,
    fault: () => undefined,
    onDone: () => {},
    stop: () => server.shutdown(),
  };

  async function handle(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.replace(/^\/rest\/api\/3/, "");
    requests.push(`${request.method} ${path}`);
    if (request.headers.get("authorization") !== `Basic ${btoa(`${FAKE_JIRA.email}:${FAKE_JIRA.apiToken}`)}`) {
      return Response.json({ errorMessages: ["Client must be authenticated to access this resource."], errors: {} }, {
        status: 401,
      });
    }
    const text = await request.text();
    const fault = jira.fault(request.method, path);
    if (typeof fault === "object") {
      const headers = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      return Response.json(fault.body ?? { errorMessages: ["no"], errors: {} }, { status: fault.status, headers });
    }
    const answer = perform(request.method, path, searchParams, text === "" ? undefined : JSON.parse(text));
    jira.onDone(request.method, path);
    if (fault === "do_then_500") return Response.json({ errorMessages: [], errors: {} }, { status: 500 });
    if (fault === "do_then_break") {
      const cut = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"id"'));
          controller.error(new Error("closed in the middle of the answer"));
        },
      });
      return new Response(cut, { status: 201 });
    }
    return answer;
  }

  function perform(method: string, path: string, query: URLSearchParams, body: unknown): Response {
    const [, resource, id = "", sub] = path.split("/");
    const issue = issues.find((known) => known.key === id);
    if (method === "POST" && path === "/issue") return create((body as { fields: Record<string, unknown> }).fields);
    if (path === "/search/jql") {
      const label = /labels = "([^"]+)"/.exec(query.get("jql") ?? "")?.[1];
      const found = issues.filter((known) => (known.fields.labels as string[] | undefined)?.includes(label ?? ""))
        .toReversed();
      const shown = found.map(({ key, fields }) => ({ key, fields: { assignee: userOf(fields.assignee) ?? null } }));
      return Response.json({ issues: shown, isLast: true });
    }
    if (path === "/user/assignable/search") {
      const words = (query.get("query") ?? "").toLowerCase();
      const found = users.filter((u) => `${u.displayName} ${u.emailAddress ?? ""}`.toLowerCase().includes(words));
      return query.get("project") === FAKE_JIRA.project
        ? Response.json(found)
        : refusal(404, "No project could be found.");
    }
    if (path === "/priority") {
      return Response.json(["Highest", "High", "Medium", "Low"].map((name, i) => ({ id: `${i + 1}`, name })));
    }
    if (path === "/myself") return Response.json(person("oncall", "On-call", FAKE_JIRA.email));
    if (resource === "project") {
      return id === FAKE_JIRA.project
        ? Response.json({ key: id, name: "Operations" })
        : refusal(404, `No project could be found with key '${id}'.`);
    }
    if (path.startsWith("/issue/createmeta/")) {
      return Response.json({ issueTypes: [{ id: "1", name: "Task" }, { id: "2", name: "Bug" }] });
    }
    if (issue === undefined) return refusal(404, "Issue does not exist or you do not have permission to see it.");
    if (method === "PUT" && sub === "assignee") {
      issue.fields.assignee = body;
      return new Response(null, { status: 204 });
    }
    if (method === "POST" && sub === "comment") {
      issue.comments.push({ id: `${10_000 + issue.comments.length}`, body: (body as { body: unknown }).body });
      return Response.json(issue.comments.at(-1), { status: 201 });
    }
    if (sub === "comment") {
      return Response.json({ comments: issue.comments.toReversed(), total: issue.comments.length });
    }
    if (method === "GET" && sub === "transitions") {
      const withFields = (query.get("expand") ?? "").includes("transitions.fields");
      return Response.json({
        transitions: offered(issue).map(({ id, name, to, hasScreen = false, fields = {} }) => ({
          id,
          name,
          to: statusOf(to),
          hasScreen,
          isAvailable: true,
          ...(withFields ? { fields } : {}),
        })),
      });
    }
    if (method === "POST" && sub === "transitions") {
      const { id } = (body as { transition: { id: string } }).transition;
      const taken = offered(issue).find((transition) => transition.id === id);
      if (taken === undefined) return refusal(400, `Transition id '${id}' is not valid for this issue.`);
      const lacking = Object.entries(taken.fields ?? {}).filter(([, { required, hasDefaultValue }]) =>
        required && !hasDefaultValue
      );
      if (lacking.length > 0) {
        const errors = Object.fromEntries(lacking.map(([field, { name }]) => [field, `${name} is required.`]));
        return Response.json({ errorMessages: [], errors }, { status: 400 });
      }
      issue.status = taken.to;
      return new Response(null, { status: 204 });
    }
    if (method === "GET" && sub === undefined) {
      const fields = { status: statusOf(issue.status), assignee: userOf(issue.fields.assignee) ?? null };
      return Response.json({ id: issue.key, key: issue.key, fields });
    }
    return refusal(404, `no such call: ${method} ${path}`);
  }

  function create(fields: Record<string, unknown>): Response {
    const key = `${FAKE_JIRA.project}-${++made}`;
    issues.push({ key, fields, comments: [], status: Object.keys(jira.workflow.statuses)[0]! });
    return Response.json({ id: `${10_000 + made}`, key, self: `${jira.url}/rest/api/3/issue/${key}` }, {
      status: 201,
    });
  }

  function offered(issue: FakeIssue): FakeTransition[] {
    return jira.workflow.transitions.filter(({ to, from }) =>
      to !== issue.status && (from === undefined || from.includes(issue.status))
    );
  }

  function statusOf(name: string) {
    const key = jira.workflow.statuses[name]!;
    return { name, statusCategory: { id: ["undefined", "new", "done", "indeterminate"].indexOf(key) + 1, key, name } };
  }

  function userOf(assignee: unknown): FakeUser | undefined {
    const { id, accountId } = (assignee ?? {}) as { id?: string; accountId?: string };
    return users.find((user) => user.accountId === (id ?? accountId));
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {}, onError: () => new Response(null) }, handle);
  return Object.defineProperty(jira, "url", { value: `http://127.0.0.1:${server.addr.port}` });
}

function refusal(status: number, message: string, errors: Record<string, string> = {}): Response {
  return Response.json({ errorMessages: [message], errors }, { status });
}

function person(accountId: string, displayName: string, emailAddress?: string): FakeUser {
  return {
    accountId,
    displayName,
    ...(emailAddress === undefined ? {} : { emailAddress }),
    active: true,
    accountType: "atlassian",
  };
}
