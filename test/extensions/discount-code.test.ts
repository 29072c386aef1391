// @vitest-environment jsdom
// The action on the page of a discount: a creator code for it.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CodeAnswer, CodeLook, DiscountAction } from "#app/domain/discount-action.ts";
import { all, type Asked, button, choose, click, enter, given, one, says, shown, unreachable, useExtension } from "./stage.ts";

const { extension, texts, asked, answers } = useExtension("admin.discount-details.action.render", "discount-code", "gid://shopify/DiscountCodeNode/7");

const deal: DiscountAction = {
  canMake: true,
  title: "Printemps",
  sentences: ["10 % sur tout", "Crédité dans Créateurs"],
  link: { text: "Ouvrir l’offre", path: "app/deals/d1" },
  creators: [{ id: "c1", name: "Marie (@marie)", about: "Membre" }, { id: "c2", name: "Zoë", about: "Membre · A ZOE10" }],
  more: true,
};
const free: CodeLook = { code: "MARIE10", blocked: false, findings: [], free: "Libre des deux côtés", suggestion: null };
const taken: CodeLook = { code: "ZOE10", blocked: true, findings: [{ text: "ZOE10 est à Zoë.", blocking: true }, { text: "L’offre est en pause.", blocking: false }], free: "Libre", suggestion: "ZOE102" };
const looked = (look: CodeLook): CodeAnswer => ({ look, errors: [], made: null });
const made: CodeAnswer = { look: null, errors: [], made: { code: "MARIE10", sentence: "MARIE10 est créé pour Marie.", link: { text: "Ouvrir MARIE10", path: "app/codes/k9" } } };

/** The app: what it says of the discount, of each name, and of what is to be made. */
function app({ look = () => looked(free), make = () => made, start = deal }: { look?: (code: string, creatorId: string) => CodeAnswer; make?: () => CodeAnswer; start?: DiscountAction } = {}) {
  return ({ form }: Asked) => new Response(JSON.stringify(form === null ? start : form.intent === "look" ? look(form.code!, form.creatorId!) : make()));
}

/** Long enough for whoever rests from typing. */
const rest = () => vi.advanceTimersByTimeAsync(1_000);
const forms = () => asked.flatMap(({ form }) => (form === null ? [] : [form]));
const isOff = (text: string) => button(text).getAttribute("disabled") !== null;

async function open(): Promise<void> {
  await extension.render();
  await rest();
}

beforeEach(() => void vi.useFakeTimers());

describe("the action on the page of a discount", () => {
  it("says which deal it is, what it offers, and who can have a code", async () => {
    answers(app());
    await open();
    expect(asked[0]!.address).toBe("/extensions/discount-code?discount=gid%3A%2F%2Fshopify%2FDiscountCodeNode%2F7&locale=fr&q=");
    for (const sentence of ["Printemps", ...deal.sentences, "Marie (@marie)", "Membre · A ZOE10", texts.more!]) expect(shown()).toContain(sentence);
    expect(given("s-link", "href")).toBe("app:app/deals/d1");
    expect(isOff(texts.make!)).toBe(true);
  });

  it("searches once a person rests from typing", async () => {
    answers(app());
    await open();
    for (const text of ["z", "zo", "zoë "]) enter(one("s-search-field"), text);
    await rest();
    expect(asked.map(({ address }) => new URL(address, "http://a").searchParams.get("q"))).toEqual(["", "zoë"]);
  });

  it("names the code for whom is chosen, and makes it when told to", async () => {
    answers(app());
    await open();
    choose(one("s-choice-list"), "c1");
    await rest();
    expect(given("s-text-field", "value")).toBe("MARIE10");
    expect(given("s-text-field", "details")).toBe("Libre des deux côtés");
    expect(isOff(texts.make!)).toBe(false);
    click(button(texts.make!));
    await rest();
    expect(forms()).toEqual([{ intent: "look", creatorId: "c1", code: "" }, { intent: "make", creatorId: "c1", code: "MARIE10" }]);
    expect(shown()).toContain("MARIE10 est créé pour Marie.");
    expect(given("s-link", "href")).toBe("app:app/codes/k9");
    const close = vi.fn();
    extension.shopify.close = close;
    click(button(texts.done!));
    expect(close).toHaveBeenCalledOnce();
  });

  it("goes on with another one: nobody is chosen, and who has which code is asked for once more", async () => {
    answers(app());
    await open();
    choose(one("s-choice-list"), "c1");
    await rest();
    click(button(texts.make!));
    await rest();
    const before = asked.length;
    click(button(texts.another!));
    await rest();
    expect(asked.slice(before)).toEqual([{ address: asked[0]!.address, form: null }]);
    expect(all("s-text-field")).toEqual([]);
    expect(isOff(texts.make!)).toBe(true);
  });

  it("shows what speaks against a name as it is typed, and takes another one that is offered", async () => {
    answers(app({ look: (code) => looked(code === "ZOE102" ? { ...free, code } : taken) }));
    await open();
    choose(one("s-choice-list"), "c2");
    await rest();
    expect(given("s-text-field", "error")).toBe("ZOE10 est à Zoë.");
    expect(shown()).toContain("L’offre est en pause.");
    expect(isOff(texts.make!)).toBe(true);
    click(button("Prendre ZOE102"));
    await rest();
    expect(forms().at(-1)).toEqual({ intent: "look", creatorId: "c2", code: "ZOE102" });
    expect(isOff(texts.make!)).toBe(false);
  });

  it("keeps to the last name that was typed, whichever answer comes last", async () => {
    const slow: ((answer: Response) => void)[] = [];
    answers(({ form }) => (form === null ? new Response(JSON.stringify(deal)) : new Promise<Response>((resolve) => slow.push(resolve))));
    await open();
    choose(one("s-choice-list"), "c1");
    await rest();
    enter(one("s-text-field"), "MARIE12");
    await rest();
    expect(slow).toHaveLength(2);
    slow[1]!(new Response(JSON.stringify(looked({ ...free, code: "MARIE12" }))));
    await rest();
    slow[0]!(new Response(JSON.stringify(looked(taken))));
    await rest();
    expect(given("s-text-field", "value")).toBe("MARIE12");
    expect(given("s-text-field", "error")).toBe("");
    expect(isOff(texts.make!)).toBe(false);
  });

  it("says it where the name was taken in the meantime: nothing is made, and another name can be tried", async () => {
    answers(app({ make: () => looked(taken) }));
    await open();
    choose(one("s-choice-list"), "c1");
    await rest();
    click(button(texts.make!));
    await rest();
    expect(given("s-text-field", "error")).toBe("ZOE10 est à Zoë.");
    expect(isOff(texts.make!)).toBe(true);
  });

  it("offers what can be done where no code can be made in the discount", async () => {
    answers(app({ start: { canMake: false, title: "Soldes", sentences: ["Ce n’est pas une offre."], link: { text: "En faire une offre", path: "app/adopt/discount/7" }, creators: [], more: false } }));
    await open();
    expect(shown()).toContain("Ce n’est pas une offre.");
    expect(given("s-link", "href")).toBe("app:app/adopt/discount/7");
    expect(all("s-search-field")).toEqual([]);
    expect(all("s-button").map((each) => each.textContent)).toEqual([texts.close]);
  });

  it.each([["the app does not answer", unreachable], ["the app has a fault", says({}, 500)]] as const)("says so where %s, and asks again when told to", async (_, first) => {
    answers(first, app());
    await open();
    expect(shown()).toContain(texts.failed);
    click(button(texts.try_again!));
    await rest();
    expect(shown()).toContain("Printemps");
  });

  it("a name that could not be asked about can be asked about again, and is not made meanwhile", async () => {
    answers(app(), unreachable, app());
    await open();
    choose(one("s-choice-list"), "c1");
    await rest();
    expect(shown()).toContain(texts.failed);
    expect(isOff(texts.make!)).toBe(true);
    click(button(texts.try_again!));
    await rest();
    expect(isOff(texts.make!)).toBe(false);
  });
});
