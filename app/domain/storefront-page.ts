// What the pages say of the storefront: whether pixel and theme can tell of clicks, and when they last did. Times are ISO 8601.

export type StorefrontState = {
  /** any click was ever noted */
  anyClick: boolean;
  hasPixel: boolean;
  /** why pixel and embed could not be given what they work with (domain/problem.ts) */
  problem: string | null;
  /** when what they work with was last changed, and when each was last heard of */
  settingsAt: string | null;
  pixelSeenAt: string | null;
  embedSeenAt: string | null;
};

/** giving: the store is being asked; given: it has the pixel, which was not heard of yet; counting: it was. */
export type PixelState = "problem" | "giving" | "given" | "counting";

export function pixelStateOf({ hasPixel, problem, pixelSeenAt }: Pick<StorefrontState, "hasPixel" | "problem" | "pixelSeenAt">): PixelState {
  if (problem !== null) return "problem";
  if (!hasPixel) return "giving";
  return pixelSeenAt === null ? "given" : "counting";
}

/** The step of the first set-up is done: the store has the pixel, and the theme's embed was heard of. */
export function isStorefrontSetUp(state: StorefrontState): boolean {
  return state.hasPixel && state.problem === null && state.embedSeenAt !== null;
}
