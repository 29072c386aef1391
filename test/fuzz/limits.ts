/** What a reader may take for one input, in time of its thread; and what may be kept of all of them together. */
export const SLOW_MS = 1_000;
export const HEAP_GROWTH_MB = 48;
