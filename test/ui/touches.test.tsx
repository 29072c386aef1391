// What a person reads of clicks, in each language: whole sentences, and never a key.
import { AppProvider } from "@shopify/polaris";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { createMemoryRouter, RouterProvider } from "react-router-dom";
import { beforeAll, describe, expect, test } from "vitest";
import type { StorefrontState } from "#app/domain/storefront-page.ts";
import { type Funnel, NO_FUNNEL } from "#app/domain/touches-page.ts";
import { type Language, LanguageContext, LANGUAGES, loadLanguages, polarisTexts } from "#app/i18n.ts";
import { ClicksStep } from "#app/ui/home/ClicksStep.tsx";
import { Answer, ClickTotals } from "#app/ui/touches/Answer.tsx";
import { ClickedCreators } from "#app/ui/touches/ClickedCreators.tsx";
import { CodeClicksCard } from "#app/ui/touches/CodeClicksCard.tsx";
import { FunnelCard } from "#app/ui/touches/FunnelCard.tsx";
import { StandingOut, UnclickedCodes, UnclickedHelp } from "#app/ui/touches/UnclickedCodes.tsx";

beforeAll(async () => {
  await loadLanguages();
});

/** The text of a part of a page, its tags taken out. */
function textOf(language: Language, part: ReactNode): string {
  const element = (
    <LanguageContext.Provider value={language}>
      <AppProvider i18n={polarisTexts(language) as never}>{part}</AppProvider>
    </LanguageContext.Provider>
  );
  const router = createMemoryRouter([{ id: "routes/app", path: "/", loader: () => null, element }], { hydrationData: { loaderData: { "routes/app": { currency: "EUR", timezone: "Europe/Berlin", now: "2026-11-21T10:00:00.000Z" } } } });
  return renderToStaticMarkup(<RouterProvider router={router} />).replace(/<style[^]*?<\/style>/g, "").replace(/<[^>]*>/g, " ").replace(/&#x27;/g, "'").replace(/&quot;/g, '"').replace(/[\u00a0\u202f]/g, " ").replace(/ +/g, " ");
}

const funnel = (change: Partial<Funnel>): Funnel => ({ ...NO_FUNNEL, ...change });
const SOLD = funnel({ clicks: 14, visitors: 12, ordered: 6, withCode: 5, credited: 4, codeOrders: 5, creditedOrders: 4, sales: "9700" });
const THEN = funnel({ clicks: 2, visitors: 2, ordered: 1, withCode: 1, credited: 1, codeOrders: 1, creditedOrders: 1, sales: "2000" });
const LEAK = { id: "k", code: "LEAK", creator: { id: "c", name: "Marie" }, orders: 50, seen: 40, without: 39, unsure: 1, unseen: 9, standsOut: true };
const storefront = (change: Partial<StorefrontState>): StorefrontState => ({ anyClick: false, hasPixel: true, problem: null, settingsAt: "2026-11-20T10:00:00.000Z", pixelSeenAt: null, embedSeenAt: null, ...change });

const parts: [string, ReactNode][] = [
  ["the answer", <Answer now={SOLD} days={30} />],
  ["one visitor", <Answer now={funnel({ visitors: 1, ordered: 1, withCode: 1 })} days={7} />],
  ["no order", <Answer now={funnel({ visitors: 3 })} days={7} />],
  ["nobody", <Answer now={NO_FUNNEL} days={90} />],
  ["the totals", <ClickTotals now={SOLD} then={NO_FUNNEL} days={30} />],
  ["the funnel", <FunnelCard now={SOLD} then={THEN} days={30} creator={null} />],
  ["a creator's funnel", <FunnelCard now={SOLD} then={THEN} days={60} creator="Marie" />],
  ["an empty funnel", <FunnelCard now={NO_FUNNEL} then={NO_FUNNEL} days={60} creator="Marie" />],
  ["the creators", <ClickedCreators creators={[{ id: "c", name: "Marie", handle: "@marie", funnel: SOLD }]} days={7} unknown={{ clicks: 2, visitors: 1 }} empty={null} />],
  ["what stands out", <StandingOut codes={[LEAK]} onShow={() => {}} />],
  ["the help of the codes", <UnclickedHelp all={{ seen: 60, without: 42 }} days={30} />],
  ["the help without orders", <UnclickedHelp all={{ seen: 0, without: 0 }} days={30} />],
  ["the codes", <UnclickedCodes codes={[LEAK]} empty={null} />],
  ["a code's clicks", <CodeClicksCard code="LEAK" clicks={LEAK} />],
  ["the step with a problem", <ClicksStep storefront={storefront({ problem: '{"key":"storefront.scope","values":{}}' })} embedUrl="shopify://admin" />],
  ["the step that is done", <ClicksStep storefront={storefront({ pixelSeenAt: "2026-11-21T09:00:00.000Z", embedSeenAt: "2026-11-21T09:00:00.000Z" })} embedUrl="shopify://admin" />],
];

describe.each(LANGUAGES)("in %s", (language) => {
  test.each(parts)("%s is words", (_name, part) => {
    const text = textOf(language, part);
    expect(text.trim()).not.toBe("");
    expect(text).not.toMatch(/[a-z]_[a-z]|\b[a-z]+\.[a-z]+\b|\{\{|undefined|NaN/);
  });
});

test("the answer says whether links lead to orders, of how many visitors, and in which period", () => {
  expect(textOf("en", <Answer now={SOLD} days={30} />)).toContain("Yes. In the last 30 days 12 visitors clicked a creator’s link, and 5 of them then ordered with a creator’s code: 4 credited orders, €97.00.");
  expect(textOf("en", <Answer now={funnel({ visitors: 3 })} days={7} />)).toContain("Not yet. In the last 7 days 3 visitors clicked a creator’s link, and none of them has ordered with a creator’s code.");
});

test("the funnel names each stage with its part of those who clicked; one of 200 is not nothing", () => {
  const text = textOf("en", <FunnelCard now={funnel({ visitors: 200, ordered: 50, withCode: 1 })} then={THEN} days={30} creator="Marie" />);
  expect(text).toMatch(/Clicked Marie’s link\s+200\s+Then placed an order\s+25% of those who clicked\s+50\s+Used Marie’s code on it\s+0\.5% of those who clicked\s+1\s+Brought credit to Marie\s+0% of those who clicked\s+0/);
});

test("what is not known is a dash, and no zero", () => {
  expect(textOf("en", <UnclickedCodes codes={[{ ...LEAK, seen: 0, without: 0, unsure: 0, unseen: 3, orders: 3, standsOut: false }]} empty={null} />)).toMatch(/Marie\s+3\s+–\s+–\s+3/);
});
