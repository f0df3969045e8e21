/**
 * A few nodes of the Atlassian Document Format, in which Jira takes descriptions and comments
 * (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/).
 */
export interface Node {
  readonly type: string;
  readonly version?: 1;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly Node[];
  readonly text?: string;
  readonly marks?: readonly { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> }[];
}

/** A document; paragraphs and lists without content are left out, since the format forbids them. */
export function doc(...content: readonly (Node | undefined)[]): Node {
  const nodes = content.filter((node): node is Node => node !== undefined);
  return { type: "doc", version: 1, content: nodes.length === 0 ? [{ type: "paragraph", content: [] }] : nodes };
}

/** Words as they are; control characters that the format refuses become spaces. */
export function text(words: string, ...marks: readonly ("strong" | "code")[]): Node {
  // deno-lint-ignore no-control-regex
  const clean = words.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, " ").toWellFormed();
  return { type: "text", text: clean, ...(marks.length === 0 ? {} : { marks: marks.map((type) => ({ type })) }) };
}

/** Words that lead to an http(s) address; just the words when it is none. */
export function link(words: string, href: string): Node {
  if (!/^https?:\/\//i.test(href) || !URL.canParse(href)) return text(words);
  return { type: "text", text: words, marks: [{ type: "link", attrs: { href } }] };
}

export function paragraph(...content: readonly Node[]): Node | undefined {
  const words = content.filter((node) => node.text !== "");
  return words.length === 0 ? undefined : { type: "paragraph", content: words };
}

export function heading(words: string): Node {
  return { type: "heading", attrs: { level: 3 }, content: [text(words)] };
}

export function bullets(items: readonly (readonly Node[])[]): Node | undefined {
  return listOf("bulletList", items);
}

export function numbered(items: readonly (readonly Node[])[]): Node | undefined {
  return listOf("orderedList", items);
}

function listOf(type: string, items: readonly (readonly Node[])[]): Node | undefined {
  const content = items.map((item) => paragraph(...item)).filter((p) => p !== undefined)
    .map((p): Node => ({ type: "listItem", content: [p] }));
  return content.length === 0 ? undefined : { type, content };
}
