// The shapes of the storefront's script (share-link/assets/share-link.js), and of what the platform has in a storefront's page.

interface Window {
  Shopify?: {
    customerPrivacy?: { marketingAllowed: () => boolean };
    loadFeatures?: (features: { name: string; version: string }[], done: (fault?: unknown) => void) => void;
  };
}

/** What /cart.js and /cart/update.js answer, as far as it is read. */
type Cart = { item_count: number; discount_codes: { code: string; applicable: boolean }[] };

type Change = (text: string) => string;
type Check = (a: string, b: string) => boolean;
/** `seconds`: how long the cookie is kept; as long as the browser is open where it is left out. */
type Keep = (name: string, value: string, seconds?: number) => void;
type Update = (change: { attributes?: Record<string, string>; discount?: string }) => Promise<Cart>;
type InTurn = <T>(work: () => Promise<T>) => Promise<T>;
type Tell = (now: number, added: string[]) => void;
type Write = (visitor: string, clicks: string) => void;
type Apply = (code: string) => Promise<boolean | undefined>;
type Open = (asking: string) => Promise<void>;
type Show = (sentence: string, words: Record<string, string>) => void;
