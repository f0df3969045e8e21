/** One cause is one incident, however many services suffer from it. */
export { joinByCause } from "./join.ts";
export { type Found, type Relation, relationOf } from "./relation.ts";
