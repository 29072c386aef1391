// What is bought with the codes of the merchant's later deals. It comes on top of the plan and throws no dice, so the plan stays as it is.
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import type { CatalogueProduct } from "#test/local/store/catalogue.ts";
import { FRIENDLY_BUYERS } from "./offers.ts";
import type { Step } from "./plan.ts";
import { cartAttributes, creatorsLink, visitOf, visitorOf, type Way } from "./visits.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TEAS = [["Earl Grey de Nantes", 2], ["Grüner Morgen", 1], ["Rooibos Abricot", 1]] as const;
const LINEN = [["Serviettes Lin, set of four", 1], ["Geschirrtuch Streifen", 2]] as const;
const TABLE = [["Tasse Aurore", 2], ["Schale Kiesel", 1]] as const;

type Bought = readonly (readonly [title: string, quantity: number])[];
type Order = { day: number; hour: number; name: string; email: string; code: string; bought: Bought; country?: string; givenBack?: number; clicked?: number };

/** `givenBack`: a piece of the first line, so many hours later. `clicked`: the place of the creator whose link of the network the buyer came by. Most others came by the code's own link. */
const ORDERS: Order[] = [
  { day: 4, hour: 17.3, name: "Wiebke Aurich", email: "wiebke.aurich@example.com", code: "CHIARA3", bought: TABLE },
  { day: 9, hour: 12.1, name: "Aymeric Noll", email: "aymeric.noll@example.com", code: "BEN3", bought: [["Becher Nordwind, set of two", 2]], givenBack: 90 },
  { day: 11, hour: 20.2, name: "Carla Heim", email: "carla.heim@example.com", code: "MARIETEA", bought: TEAS },
  { day: 12, hour: 16.7, name: "Xenia Bartsch", email: "xenia.bartsch@example.com", code: "XIAOYUTEE", bought: TEAS },
  { day: 14, hour: 18.4, name: "Bastien Ory", email: "bastien.ory@example.com", code: "XIAOYUTEE", bought: TEAS },
  { day: 19, hour: 19.1, name: "Frauke Timm", email: "frauke.timm@example.com", code: "XIAOYUTEA", bought: TEAS },
  { day: 23, hour: 20.4, name: "Adele Winkler", email: "adele.winkler@example.com", code: "AUTUMN8", bought: TEAS, clicked: 0 },
  { day: 24, hour: 17.9, name: "Maarten Vos", email: "maarten.vos@example.com", code: "ZOE12", bought: TABLE },
  { day: 26, hour: 11.6, name: "Solène Riff", email: "solene.riff@example.com", code: "MARIETEA", bought: [["Grüner Morgen", 4]], givenBack: 60 },
  { day: 27, hour: 12.3, name: "Loïc Ferrand", email: "loic.ferrand@example.com", code: "AUTUMN8", bought: [["Théière Brume", 1]], clicked: 3 },
  { day: 30, hour: 18.8, name: "Piotr Zając", email: "piotr.zajac@example.com", code: "LUKASZ12", bought: TEAS, country: "PL" },
  { day: 31, hour: 20.5, name: "Martha Klee", email: FRIENDLY_BUYERS[0]!, code: "MARIE15", bought: [["Plaid Laine", 1]] },
  { day: 35, hour: 16.4, name: "Urs Zbinden", email: "urs.zbinden@example.com", code: "BEN12", bought: [["Pendelleuchte Nuage", 1]], country: "CH" },
  { day: 36, hour: 19.6, name: "Thea Lorentz", email: "thea.lorentz@example.com", code: "ANAIS20", bought: LINEN },
  { day: 37, hour: 13.2, name: "王芳", email: "wang.fang@example.com", code: "LILEI12", bought: TEAS },
  { day: 40, hour: 17.7, name: "Raphaël Metz", email: "raphael.metz@example.com", code: "JONAS20", bought: [["Nappe Lin Lavé", 1]], givenBack: 120 },
  { day: 42, hour: 18.2, name: "Gaspard Thiel", email: FRIENDLY_BUYERS[1]!, code: "CHIARA15", bought: [["Vase Dune", 1], ["Brett Eiche", 1]] },
  { day: 45, hour: 20.9, name: "Imogen Hale", email: "imogen.hale@example.com", code: "BEN12", bought: [["Lampe Colline", 1]], country: "GB" },
  { day: 49, hour: 12.8, name: "Jette Paulsen", email: "jette.paulsen@example.com", code: "ZOE12", bought: [["Théière Brume", 1], ["Tasse Aurore", 2]] },
  { day: 53, hour: 19.4, name: "Ole Petersen", email: "ole.petersen@example.com", code: "JONASWEEK", bought: [["Hoodie Atelier", 1]] },
  { day: 56, hour: 17.6, name: "Constanze Feld", email: "constanze.feld@example.com", code: "MARIEWINTER", bought: [["Assiettes Argile, set of four", 1]] },
];

/** Numbered from `firstRef` on. `fromMs`: when the history begins. */
export function offerOrders(products: CatalogueProduct[], fromMs: number, firstRef: number): Step[] {
  const variantOf = (wanted: string) => products.find(({ title }) => title === wanted)!.variants[0]!.id;
  return ORDERS.flatMap(({ day, hour, bought, givenBack, clicked, code, ...buyer }, at): Step[] => {
    const atMs = fromMs - (fromMs % DAY_MS) + day * DAY_MS + hour * HOUR_MS;
    const ref = firstRef + at;
    const items = bought.map(([title, quantity]) => ({ variantId: variantOf(title), quantity }));
    const of = `order ${ref} with ${code}`;
    const way: Way = clicked === undefined ? { by: "share", word: code } : { by: "tracking", word: code, link: creatorsLink(DEMO_CREATORS[clicked]!.id) };
    const visits = clicked === undefined && at % 3 === 2 ? [] : [visitOf(of, visitorOf(of), atMs - HOUR_MS, way)];
    const noteAttributes = visits.length === 0 ? [] : cartAttributes(visitorOf(of), visits);
    return [
      ...(visits.length === 0 ? [] : [{ atMs: atMs - HOUR_MS, ref, kind: "click" as const, visits }]),
      { atMs, ref, kind: "checkout", input: { ...buyer, codes: [code], items, noteAttributes, landingSite: `/discount/${code}`, referringSite: "https://www.instagram.com/" } },
      ...(givenBack === undefined ? [] : [{ atMs: atMs + givenBack * HOUR_MS, ref, kind: "refund_line" as const, pieces: 1 }]),
    ];
  });
}
