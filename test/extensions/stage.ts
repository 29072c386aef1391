// An extension in the vendor's own tester, in French: what it asks, and what it shows of each answer.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnyExtensionTarget, getExtension } from "@shopify/ui-extensions-tester";
import { render } from "preact";
import { afterEach, beforeEach, vi } from "vitest";

export type Asked = { address: string; form: Record<string, string> | null };
type Given = (asked: Asked) => Response | Promise<Response>;

/** The target of an extension, set up anew for each test with something selected. */
export function useExtension<T extends AnyExtensionTarget>(target: T, name: string, selected: string) {
  const folder = join(import.meta.dirname, "..", "..", "extensions", name);
  const extension = getExtension(target, { configSearchDir: folder });
  const texts = JSON.parse(readFileSync(join(folder, "locales", "fr.json"), "utf8")) as Record<string, string>;
  const asked: Asked[] = [];

  beforeEach(() => {
    extension.setUp();
    const shopify = extension.shopify as unknown as { data: unknown; i18n: { translate: unknown } };
    shopify.data = { selected: [{ id: selected }] };
    shopify.i18n.translate = (key: string, values: Record<string, string> = {}) => {
      if (texts[key] === undefined) throw new Error(`the extension has no text ${key}`);
      return texts[key].replaceAll(/\{\{(\w+)\}\}/g, (_, value: string) => values[value] ?? `{{${value}}}`);
    };
    asked.length = 0;
  });

  afterEach(() => {
    // The next test begins with a new tree: the tester empties the document, and the tree would remember what was in it.
    render(null, document.body);
    extension.tearDown();
    vi.useRealTimers();
  });

  /** Each question gets the next answer; the last one again and again. */
  function answers(...given: Given[]): void {
    extension.fetch = ((address: string, init?: { body?: URLSearchParams }) => {
      const question = { address, form: init?.body ? Object.fromEntries(init.body) : null };
      asked.push(question);
      const answer = given[Math.min(asked.length, given.length) - 1]!;
      return Promise.resolve().then(() => answer(question));
    }) as typeof fetch;
  }

  return { extension, texts, asked, answers };
}

export function says(value: unknown, status = 200): Given {
  return () => new Response(JSON.stringify(value), { status });
}

export const unreachable: Given = () => Promise.reject(new TypeError("Failed to fetch"));

export function all(name: string): Element[] {
  return [...document.body.querySelectorAll(name)];
}

/** The one element of a name; throws where there is none. */
export function one(name: string): Element & { value?: string; values?: string[] } {
  const found = document.body.querySelector(name);
  if (found === null) throw new Error(`no ${name} is shown, but: ${document.body.innerHTML}`);
  return found;
}

/** What an element was given: a property where it has one of this name, else an attribute. */
export function given(name: string, of: string): unknown {
  const element = one(name);
  return (element as unknown as Record<string, unknown>)[of] ?? element.getAttribute(of);
}

export function shown(): string {
  return document.body.textContent ?? "";
}

/** The button that says so. */
export function button(text: string): Element {
  const found = all("s-button").find((each) => each.textContent === text);
  if (found === undefined) throw new Error(`no button “${text}”, but: ${document.body.innerHTML}`);
  return found;
}

export function click(element: Element): void {
  element.dispatchEvent(new Event("click", { bubbles: true }));
}

/** As a field tells it: its own value first, then the event. */
export function enter(element: Element & { value?: string }, value: string): void {
  element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

export function choose(element: Element & { values?: string[] }, value: string): void {
  element.values = [value];
  element.dispatchEvent(new Event("change", { bubbles: true }));
}
