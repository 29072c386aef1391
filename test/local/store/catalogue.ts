// What the local store sells: an atelier between Strasbourg and Freiburg with lamps, tableware, tea and linen.
// Prices are integer minor units of the euro with the tax inside; ids are made from the place in the list, so they never change.

export type CatalogueVariant = {
  id: string;
  title: string; // "Default Title" where a product comes in one kind only, as the store has it
  sku: string | null;
  price: bigint; // minor units, tax included
  options: string[];
};

export type CatalogueProduct = {
  id: string;
  handle: string;
  title: string;
  description: string;
  vendor: string;
  productType: string;
  tags: string[];
  option: string | null; // "Size", "Colour"; null with one variant
  taxRate: number; // in percent, 0 for a gift card
  giftCard: boolean;
  requiresShipping: boolean;
  picture: Picture;
  collections: string[]; // handles
  variants: CatalogueVariant[];
};

/** `face` is the handle of the product whose picture it shows. */
export type CatalogueCollection = { id: string; handle: string; title: string; description: string; face: string; productIds: string[] };

/** What the picture shows, and its colours: the ground, the thing, its second colour. */
export type Picture = { kind: string; ground: string; main: string; second: string };

export type Catalogue = { products: CatalogueProduct[]; collections: CatalogueCollection[] };

/** [title, SKU, price in cents] */
type Kind = [title: string, sku: string | null, cents: number];

type Entry = {
  title: string;
  type: string;
  text: string;
  tags?: string[];
  in: string[];
  picture: [kind: string, ground: string, main: string, second: string];
  option?: string;
  kinds: Kind[] | Kind;
  tax?: 19 | 7 | 0;
  giftCard?: true;
};

const collections: [handle: string, title: string, text: string, face: string][] = [
  ["light", "Light & Scent", "Lamps with soft shades and candles poured by hand.", "bougie-figuier"],
  ["table", "The Table", "Stoneware from the wheel, oak from the Vosges.", "assiettes-argile-set-of-four"],
  ["tea", "Tea Cupboard", "Leaves, herbs and honey, packed in small batches.", "gruner-morgen"],
  ["linen", "Linen & Wear", "Washed linen, wool, and the things we wear at work.", "schurze-werkstatt"],
];

const entries: Entry[] = [
  { title: "Lampe Colline", type: "Lamp", in: ["light"], tags: ["lighting"], picture: ["lamp", "#f3e4d3", "#c8643c", "#8a4a32"], option: "Colour", text: "A table lamp with a foot of turned stoneware and a pleated shade. Bulb E14, not included.", kinds: [["Terracotta", "LMP-COL-TER", 8900], ["Sage", "LMP-COL-SAG", 8900], ["Sand", "LMP-COL-SAN", 8400]] },
  { title: "Pendelleuchte Nuage", type: "Lamp", in: ["light"], tags: ["lighting"], picture: ["pendant", "#dfe6e4", "#3f5d62", "#e9b872"], text: "A hanging lamp of spun metal, matt outside and warm inside. Three metres of cloth-covered cord.", kinds: ["", "LMP-NUA", 12900] },
  { title: "Bougie Figuier", type: "Candle", in: ["light"], tags: ["scent", "gift"], picture: ["candle", "#e5eadb", "#f4efe2", "#6f8a5b"], option: "Size", text: "Rapeseed wax with fig leaf and a little cedar. Burns for about forty hours.", kinds: [["180 g", "CAN-FIG-180", 2400], ["300 g", "CAN-FIG-300", 3600]] },
  { title: "Kerze Waldrand", type: "Candle", in: ["light"], tags: ["scent"], picture: ["candle", "#e8dfd6", "#3e4a45", "#b98a5a"], option: "Size", text: "Fir, moss and smoke in a dark glass. Pour, wait, breathe out.", kinds: [["180 g", "CAN-WAL-180", 2400], ["300 g", "CAN-WAL-300", 3600]] },
  { title: "Kerzenhalter Trio", type: "Candle holder", in: ["light", "table"], tags: ["gift"], picture: ["holders", "#efe3e0", "#b88a3e", "#d9a5a0"], text: "Three holders of cast brass in three heights, for the candles you have anyway.", kinds: ["", "HLD-TRI", 3200] },
  { title: "Tasse Aurore", type: "Mug", in: ["table", "tea"], tags: ["stoneware", "gift"], picture: ["mug", "#f6e3dc", "#e2876f", "#f7d9c9"], option: "Glaze", text: "A mug of 320 ml with a glaze that breaks like a morning sky. No two are the same.", kinds: [["Rosé", "MUG-AUR-ROS", 1800], ["Indigo", "MUG-AUR-IND", 1800], ["Chalk", "MUG-AUR-CHA", 1800]] },
  { title: "Becher Nordwind, set of two", type: "Cup", in: ["table"], tags: ["stoneware"], picture: ["cups", "#dde5ea", "#4f6d8c", "#f2f0ea"], text: "Two small beakers without a handle, for espresso or for salt.", kinds: ["", "CUP-NOR-2", 2600] },
  { title: "Théière Brume", type: "Teapot", in: ["table", "tea"], tags: ["stoneware"], picture: ["teapot", "#e3e7dd", "#7d9481", "#4d5f52"], text: "A teapot of one litre with a sieve that holds back the finest leaf.", kinds: ["", "POT-BRU", 5400] },
  { title: "Schale Kiesel", type: "Bowl", in: ["table"], tags: ["stoneware"], picture: ["bowl", "#ece7df", "#9a9287", "#cfc8bb"], option: "Size", text: "A bowl like a pebble from the Rhine: grey outside, milk inside.", kinds: [["Small", "BWL-KIE-S", 1600], ["Large", "BWL-KIE-L", 2800]] },
  { title: "Assiettes Argile, set of four", type: "Plate", in: ["table"], tags: ["stoneware"], picture: ["plates", "#f1e6da", "#d8b08c", "#a9714b"], text: "Four plates of 24 cm with a raw rim. They go into the dishwasher.", kinds: ["", "PLT-ARG-4", 6400] },
  { title: "Vase Dune", type: "Vase", in: ["table", "light"], tags: ["stoneware"], picture: ["vase", "#f4ead7", "#d9a25f", "#7a8f5c"], option: "Height", text: "Thrown in one piece, unglazed outside. Holds water, dry grass, and its place.", kinds: [["18 cm", "VAS-DUN-18", 3900], ["28 cm", "VAS-DUN-28", 5900]] },
  { title: "Brett Eiche", type: "Board", in: ["table"], tags: ["oak"], picture: ["board", "#e8e4d8", "#c49a6c", "#8d6239"], text: "A serving board of Vosges oak, oiled three times.", kinds: ["", "BRD-EIC", 3400] },
  { title: "Earl Grey de Nantes", type: "Tea", in: ["tea"], tags: ["black tea"], tax: 7, picture: ["tin", "#e2e6ee", "#34466e", "#e8b04a"], option: "Weight", text: "Black tea with real bergamot oil and a few cornflowers.", kinds: [["100 g", "TEA-EGN-100", 1190], ["250 g", "TEA-EGN-250", 2650]] },
  { title: "Grüner Morgen", type: "Tea", in: ["tea"], tags: ["green tea"], tax: 7, picture: ["tin", "#e6eddc", "#5f8a4f", "#f2ead2"], option: "Weight", text: "A steamed green tea, grassy and bright. Eighty degrees, two minutes.", kinds: [["80 g", "TEA-GRM-080", 1250], ["200 g", "TEA-GRM-200", 2790]] },
  { title: "Rooibos Abricot", type: "Tea", in: ["tea"], tags: ["caffeine free"], tax: 7, picture: ["pouch", "#f8e3cf", "#d9703f", "#fbe9d6"], text: "Red bush with dried apricot and orange peel. 100 g, without caffeine.", kinds: ["", "TEA-ROA-100", 1090] },
  { title: "Kamille & Honigbusch", type: "Tea", in: ["tea"], tags: ["caffeine free"], tax: 7, picture: ["pouch", "#f6efcf", "#d7ab3a", "#fdf7e4"], text: "Whole camomile flowers and honeybush for the hour before bed. 60 g.", kinds: ["", "TEA-KAM-060", 990] },
  { title: "Honig vom Dach", type: "Honey", in: ["tea"], tags: ["gift"], tax: 7, picture: ["jar", "#f7e8c8", "#e09a26", "#7b4f1d"], text: "From four hives on our own roof. 250 g, as long as there is some.", kinds: ["", null, 850] },
  { title: "Coffret Découverte", type: "Tea", in: ["tea"], tags: ["gift"], tax: 7, picture: ["box", "#ead9df", "#8b4a62", "#f0c9a6"], text: "Six of our teas in small tins, with notes on water and time.", kinds: ["", "TEA-BOX-6", 2890] },
  { title: "Carnet de thé", type: "Book", in: ["tea", "linen"], tags: ["gift"], tax: 7, picture: ["notebook", "#e4e0ea", "#5d5480", "#d9b65d"], text: "A notebook for what was brewed, with whom, and how it tasted. 120 pages.", kinds: ["", "BOK-CAR", 1200] },
  { title: "Nappe Lin Lavé", type: "Linen", in: ["linen", "table"], tags: ["linen"], picture: ["cloth", "#eee9e1", "#b9a78e", "#8f7d64"], option: "Size", text: "A tablecloth of washed linen that never asks for an iron.", kinds: [["140 × 250 cm", "LIN-NAP-250", 9800], ["160 × 300 cm", "LIN-NAP-300", 12400]] },
  { title: "Serviettes Lin, set of four", type: "Linen", in: ["linen", "table"], tags: ["linen", "gift"], picture: ["napkins", "#e7ece9", "#7b9aa0", "#d7c2a5"], option: "Colour", text: "Four napkins, 45 cm, with mitred corners.", kinds: [["Mist", "LIN-SER-MIS", 3600], ["Flax", "LIN-SER-FLA", 3600]] },
  { title: "Geschirrtuch Streifen", type: "Linen", in: ["linen"], tags: ["linen"], picture: ["towel", "#f2ebe4", "#f9f5ee", "#b5483a"], text: "Half linen, half cotton, all purpose. 50 × 70 cm.", kinds: ["", "LIN-GES-STR", 1450] },
  { title: "Plaid Laine", type: "Blanket", in: ["linen"], tags: ["wool"], picture: ["blanket", "#e6e2dc", "#8a6d5a", "#d9c5ad"], text: "Lambswool from a mill that has done nothing else since 1884. 130 × 180 cm.", kinds: ["", "WOL-PLA", 11000] },
  { title: "Schürze Werkstatt", type: "Apron", in: ["linen"], tags: ["linen"], picture: ["apron", "#dfe4e8", "#3d5166", "#c98f57"], text: "The apron that we wear at the wheel, with a loop for the towel.", kinds: ["", null, 4400] },
  { title: "Hoodie Atelier", type: "Hoodie", in: ["linen"], tags: ["wear"], picture: ["hoodie", "#e9e3ee", "#6b6790", "#f0d9b5"], option: "Size", text: "Heavy organic cotton with a small print of our kiln over the heart.", kinds: [["S", "HOO-ATE-S", 6900], ["M", "HOO-ATE-M", 6900], ["L", "HOO-ATE-L", 6900], ["XL", "HOO-ATE-XL", 7200]] },
  { title: "Carte cadeau", type: "Gift card", in: [], tags: ["gift"], tax: 0, giftCard: true, picture: ["card", "#f3e1e1", "#b1495d", "#f6d8a8"], option: "Value", text: "By e-mail, at once, for whoever knows better than you what to choose.", kinds: [["25 €", "GIFT-25", 2500], ["50 €", "GIFT-50", 5000], ["100 €", "GIFT-100", 10000]] },
  { title: "Boîte du mois", type: "Subscription box", in: ["tea", "table"], tags: ["subscription"], picture: ["box", "#e7e1ee", "#5a4a78", "#e6b455"], text: "Something to drink and something to drink it from, every month anew. Cancel whenever you like.", kinds: ["", "BOX-MOI", 5900] },
  { title: "Échantillon de thé", type: "Sample", in: [], tags: ["sample"], tax: 7, picture: ["pouch", "#e9ecdf", "#7d8f55", "#f4eed8"], text: "Ten grams of whatever we drink ourselves this week. It comes with the parcel, and costs nothing.", kinds: ["", "SMP-TEA", 0] },
  { title: "Versandschutz", type: "Shipping protection", in: [], tags: ["protection"], picture: ["card", "#dfe7ea", "#4a7080", "#f1d9a0"], text: "If the parcel is lost or something in it breaks, we send it again.", kinds: ["", "SHP-PRO", 195] },
];

const MONTHLY = { id: "1906409521", name: "Delivered every month" };
const firstProductId = 8_201_440_000_100n;
const firstVariantId = 45_117_003_200_500n;
const firstCollectionId = 461_220_030_000n;

/** Products with their variants, and four collections: always the same. */
export function catalogue(): Catalogue {
  const products = entries.map(product);
  return {
    products,
    collections: collections.map(([handle, title, description, face], at) => ({
      id: String(firstCollectionId + BigInt(at) * 32_768n),
      handle,
      title,
      description,
      face,
      productIds: products.filter((each) => each.collections.includes(handle)).map((each) => each.id),
    })),
  };
}

/** The plan that a product can be bought under: a subscription. */
export function sellingPlanOf(product: Pick<CatalogueProduct, "tags">): { id: string; name: string } | null {
  return product.tags.includes("subscription") ? MONTHLY : null;
}

function product(entry: Entry, at: number): CatalogueProduct {
  const kinds = (Array.isArray(entry.kinds[0]) ? entry.kinds : [entry.kinds]) as Kind[];
  const [kind, ground, main, second] = entry.picture;
  return {
    id: String(firstProductId + BigInt(at) * 32_768n),
    handle: handleOf(entry.title),
    title: entry.title,
    description: entry.text,
    vendor: "Petit Atelier",
    productType: entry.type,
    tags: entry.tags ?? [],
    option: entry.option ?? null,
    taxRate: entry.tax ?? 19,
    giftCard: entry.giftCard ?? false,
    requiresShipping: entry.giftCard === undefined,
    picture: { kind, ground, main, second },
    collections: entry.in,
    variants: kinds.map(([title, sku, cents], place) => ({
      id: String(firstVariantId + BigInt(at * 16 + place) * 32_768n),
      title: title || "Default Title",
      sku,
      price: BigInt(cents),
      options: [title || "Default Title"],
    })),
  };
}

function handleOf(title: string): string {
  const plain = title.replace(/ß/g, "ss").normalize("NFD").replace(/\p{M}/gu, "");
  return plain.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
