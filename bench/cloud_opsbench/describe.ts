/** What `kubectl describe` prints: the sections at the margin, each with its first value and the lines below it. */
export interface Section {
  value: string;
  lines: string[];
}

export function readDescription(text: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let current: Section | undefined;
  for (const line of text.split("\n")) {
    const top = line.match(/^([A-Za-z][A-Za-z -]*?):(?:\s+(.*))?$/);
    if (top?.[1]) {
      current = { value: (top[2] ?? "").trim(), lines: [] };
      // A describe of a service repeats Port, TargetPort and Endpoints, once for each port.
      let key = top[1];
      for (let number = 2; sections.has(key); number += 1) key = `${top[1]} ${number}`;
      sections.set(key, current);
    } else if (/^Resource Quotas?$/.test(line.trim())) {
      current = { value: "", lines: [] };
      sections.set("Resource Quotas", current);
    } else current?.lines.push(line);
  }
  return sections;
}

export function valueOf(sections: Map<string, Section>, key: string): string | undefined {
  const value = sections.get(key)?.value;
  return value === undefined || value === "" || value === "<none>" || value === "<unset>" ? undefined : value;
}

/** `key=value` pairs of Labels and selectors, `key: value` ones of Annotations. */
export function pairsOf(section: Section | undefined): Record<string, string> {
  const pairs: Record<string, string> = {};
  if (!section) return pairs;
  let last: string | undefined;
  for (const line of [section.value, ...section.lines]) {
    const text = line.trim();
    const parts = text.match(/^([A-Za-z0-9_.\/-]+)(?:=|:\s*)(.*)$/);
    if (parts?.[1] && !/^["{\[]/.test(text)) {
      pairs[parts[1]] = parts[2] ?? "";
      last = parts[1];
    } else if (last && text && text !== "<none>") pairs[last] = `${pairs[last]}${text}`;
  }
  return pairs;
}

/** `a=b,c=d` in one line. */
export function selectorOf(text: string | undefined): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of (text ?? "").split(",")) {
    const [key, value] = part.trim().split("=");
    if (key && value !== undefined && key !== "<none>") pairs[key] = value;
  }
  return pairs;
}

export interface Block {
  name: string;
  /** Field name to its value and the lines below it. */
  fields: Map<string, Section>;
}

/** The named blocks of a section, such as the containers of a pod. */
export function blocksOf(lines: string[]): Block[] {
  const used = lines.filter((one) => one.trim() !== "");
  const margin = Math.min(...used.map(indentOf));
  const blocks: Block[] = [];
  let body: string[] = [];
  for (const line of used) {
    const header = indentOf(line) === margin && line.trim().match(/^(\S+):$/)?.[1];
    if (header) {
      body = [];
      blocks.push({ name: header, fields: new Map() });
    } else if (indentOf(line) > margin) body.push(line);
    const block = blocks.at(-1);
    if (block && !header) block.fields = fieldsOf(body);
  }
  return blocks;
}

export function fieldsOf(lines: string[]): Map<string, Section> {
  const fields = new Map<string, Section>();
  const used = lines.filter((one) => one.trim() !== "");
  if (used.length === 0) return fields;
  const margin = Math.min(...used.map(indentOf));
  let current: Section | undefined;
  for (const line of used) {
    const field = indentOf(line) === margin ? line.trim().match(/^([A-Za-z][^:]*):(?:\s+(.*))?$/) : undefined;
    if (field?.[1]) {
      current = { value: (field[2] ?? "").trim(), lines: [] };
      fields.set(field[1], current);
    } else current?.lines.push(line);
  }
  return fields;
}

export function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
