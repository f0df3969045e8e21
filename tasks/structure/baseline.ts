/** How often each rule is still broken; goes when it is zero everywhere. */
export const BASELINE = { circles: 2, arrowsUp: 0, pastModules: 32 };
