import type { JiraUser } from "./client.ts";

/** Who is meant by a name or an e-mail address. */
export type Meant =
  | { readonly who: "one"; readonly user: JiraUser }
  | { readonly who: "several"; readonly users: readonly JiraUser[] }
  | { readonly who: "nobody" };

/**
 * The person meant among those that Jira found: an exact name or address before all, then whole words of the name, then
 * whatever Jira found. Apps and people who have left are never meant.
 */
export function whoIsMeant(asked: string, found: readonly JiraUser[]): Meant {
  const people = found.filter((user) =>
    user.active !== false && (user.accountType === undefined || user.accountType === "atlassian")
  );
  const wanted = plain(asked);
  const exact = people.filter((user) =>
    plain(user.displayName) === wanted || plain(user.emailAddress ?? "") === wanted
  );
  const byWords = people.filter((user) =>
    isCalled(asked, user.displayName) || plain(user.emailAddress ?? "").split("@")[0] === wanted
  );
  for (const users of [exact, byWords, people]) {
    if (users.length === 1) return { who: "one", user: users[0]! };
    if (users.length > 1) return { who: "several", users };
  }
  return { who: "nobody" };
}

/** Whether what was asked for is whole words of a name, in any order. */
export function isCalled(asked: string, name: string): boolean {
  const words = wordsOf(name);
  const wanted = wordsOf(asked);
  return wanted.length > 0 && wanted.every((word) => words.includes(word));
}

/** A name for people to tell it from others: with its address up to the `@` where Jira shows one. */
export function labelOf(user: JiraUser): string {
  return user.emailAddress ? `${user.displayName} (${user.emailAddress.split("@")[0]})` : user.displayName;
}

/** The words of a name; directories write "Kumar, Ravi (EXT)" too. */
function wordsOf(name: string): string[] {
  return plain(name).split(/[\s,;()[\]/]+/).filter((word) => word !== "");
}

function plain(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll(/\s+/g, " ").trim();
}
