import { type Role, ROLES } from "../incidents/mod.ts";

/** `OIDC_ROLES` as pairs: `sre=act,on-call leads=administer,*=see`. @throws {RangeError} */
export function parseRoles(text: string): Readonly<Record<string, Role>> {
  const roles: Record<string, Role> = {};
  for (const pair of text.split(",").map((part) => part.trim()).filter((part) => part !== "")) {
    const [, group, role] = /^(.+)=([a-z]+)$/.exec(pair) ?? [];
    if (group === undefined || !ROLES.includes(role as Role)) {
      throw new RangeError(`expected group=role with a role of ${ROLES.join(", ")}, got ${JSON.stringify(pair)}`);
    }
    roles[group.trim()] = role as Role;
  }
  return roles;
}

/** The highest role that the groups give; undefined when they give none. */
export function roleOf(groups: readonly string[], roles: Readonly<Record<string, Role>>): Role | undefined {
  const given = ["*", ...groups].flatMap((group) => Object.hasOwn(roles, group) ? [roles[group]!] : []);
  return ROLES.findLast((role) => given.includes(role));
}
