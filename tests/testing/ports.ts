import { freePorts } from "../../tasks/stack/mod.ts";

/** A port on loopback that nobody has. */
export function freePort(): number {
  return freePorts(1);
}

/** The first of `count` neighboring ports on loopback that nobody has. */
export function freePortRange(count: number): number {
  return freePorts(count);
}
