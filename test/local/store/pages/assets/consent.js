// The platform's Customer Privacy API of the local storefront, and its banner. Until `Shopify.loadFeatures` has loaded it, `Shopify.customerPrivacy` is
// not there; nothing is allowed before the visitor has said so (the shop sells in the European Union); what he says is told by an event on the document.
// Kept in the cookie `_tracking_consent`. Whoever would rather have no banner in the way sets the cookie, or calls setTrackingConsent.
(() => {
  "use strict";
  const COOKIE = "_tracking_consent";
  const PURPOSES = ["marketing", "analytics", "preferences", "sale_of_data"];
  const YEAR_SECONDS = 31_536_000;
  const shopify = (window.Shopify ??= {});
  let loading = null;

  /** { marketing: "yes" | "no" | "", … } */
  function consent() {
    const kept = document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`));
    let said = {};
    try {
      said = kept === undefined ? {} : JSON.parse(decodeURIComponent(kept.slice(COOKIE.length + 1)));
    } catch {
      // A cookie that is none of ours says nothing.
    }
    return Object.fromEntries(PURPOSES.map((purpose) => [purpose, said[purpose] === "yes" || said[purpose] === "no" ? said[purpose] : ""]));
  }

  const allowed = (purpose) => consent()[purpose] === "yes";
  const collected = () => PURPOSES.some((purpose) => consent()[purpose] !== "");

  /** `choice`: { marketing, analytics, preferences, sale_of_data } of booleans; what is left out stays. */
  function setTrackingConsent(choice, done = () => {}) {
    const next = consent();
    for (const purpose of PURPOSES) if (typeof choice?.[purpose] === "boolean") next[purpose] = choice[purpose] ? "yes" : "no";
    document.cookie = `${COOKIE}=${encodeURIComponent(JSON.stringify(next))}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
    // The platform asks its server first: nothing has happened yet when this returns.
    setTimeout(() => {
      const marketing = allowed("marketing");
      const detail = {
        marketingAllowed: marketing, firstPartyMarketingAllowed: marketing, thirdPartyMarketingAllowed: marketing,
        analyticsAllowed: allowed("analytics"), preferencesAllowed: allowed("preferences"), saleOfDataAllowed: allowed("sale_of_data"),
      };
      document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail }));
      done();
    }, 0);
  }

  const api = {
    analyticsProcessingAllowed: () => allowed("analytics"),
    marketingAllowed: () => allowed("marketing"),
    preferencesProcessingAllowed: () => allowed("preferences"),
    saleOfDataAllowed: () => allowed("sale_of_data"),
    userCanBeTracked: () => allowed("marketing") && allowed("analytics"),
    currentVisitorConsent: consent,
    setTrackingConsent,
    shouldShowBanner: () => !collected(),
    saleOfDataRegion: () => false,
    getRegion: () => "DEBE",
  };

  shopify.loadFeatures = (features, done = () => {}) => {
    const unknown = features.find(({ name }) => name !== "consent-tracking-api");
    if (unknown !== undefined) return void setTimeout(() => done(new Error(`Could not load ${unknown.name}`)), 0);
    loading ??= new Promise((loaded) => setTimeout(loaded, 0)).then(() => {
      shopify.customerPrivacy = api;
      document.dispatchEvent(new CustomEvent("shopifyCustomerPrivacyApiLoaded"));
    });
    void loading.then(() => done());
  };

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function showBanner() {
    document.getElementById("consent")?.remove();
    const banner = document.createElement("section");
    banner.id = "consent";
    banner.setAttribute("role", "region");
    banner.setAttribute("aria-label", "Cookie consent");
    const text = document.createElement("p");
    text.textContent = "May we remember which link brought you here? With your consent this shop keeps cookies for analytics and marketing.";
    const choose = (yes) => () => {
      banner.remove();
      api.setTrackingConsent({ marketing: yes, analytics: yes, preferences: yes, sale_of_data: yes });
    };
    const buttons = document.createElement("div");
    buttons.append(button("Accept", choose(true)), button("Decline", choose(false)));
    banner.append(text, buttons);
    document.body.append(banner);
  }
  window.privacyBanner = { showPreferences: showBanner };

  document.addEventListener("DOMContentLoaded", () => {
    shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], () => {
      const link = button("Cookie preferences", showBanner);
      link.className = "plain";
      document.querySelector("footer")?.append(link);
      if (api.shouldShowBanner()) showBanner();
    });
  });
})();
