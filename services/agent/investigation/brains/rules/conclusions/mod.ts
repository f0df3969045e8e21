/** What the rules say once the kind of trouble is clear: one file for each family. */
export { type Conclusion, isAboutMemory, memoryWords, wordsOf } from "./common.ts";
export { codeError, errorsUnexplained, errorWithoutPlace } from "./errors.ts";
export { dependency, withoutMemory } from "./dependency.ts";
export { clusterFault, clusterUnexplained, clusterWell, showsInObjects } from "./cluster.ts";
export { cpu } from "./cpu.ts";
export { latency, memory } from "./resources.ts";
export { crash } from "./crash.ts";
export { outOfMemory } from "./out_of_memory.ts";
export { explainsSilence, saturated } from "./saturated.ts";
export { unresponsive } from "./unresponsive.ts";
export { drop, surge } from "./traffic.ts";
export { noFault, notEnough } from "./no_cause.ts";
