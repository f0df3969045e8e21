/** Who calls whom: declared, measured, and named by errors. */
export { declaredEdges, describedNodes } from "./described.ts";
export {
  aroundOf,
  calleesOf,
  type Edge,
  graphOf,
  type Node,
  type Origin,
  reachableFrom,
  type SeenEdge,
  type ServiceGraph,
} from "./graph.ts";
export { type Learned, learnGraph, type LearnOptions } from "./learn.ts";
export { nodeOf } from "./match.ts";
