import { RemixBrowser } from "@remix-run/react";
import { startTransition } from "react";
import { hydrateRoot } from "react-dom/client";
import { loadLanguage, nearestLanguage } from "./i18n.ts";

// The server wrote the page in this language; the texts have to be here before the page comes alive.
void loadLanguage(nearestLanguage(document.documentElement.lang) ?? "en").then(() => startTransition(() => void hydrateRoot(document, <RemixBrowser />)));
