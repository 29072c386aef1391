// jsdom brings no types of its own; this is what the tests use of it.
declare module "jsdom" {
  export class JSDOM {
    constructor(html: string, options?: { url?: string; referrer?: string | undefined; runScripts?: "outside-only"; pretendToBeVisual?: boolean });
    readonly window: Window & typeof globalThis;
  }
}
