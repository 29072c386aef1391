// Linen, wool and wear.
import type { Drawing } from "../pictures.ts";
import { mix, shadow } from "./paint.ts";

const fold = (x: number, y: number, width: number, height: number, fill: string, edge: string) =>
  `<path d="M${x} ${y}h${width - 22}a${height / 2} ${height / 2} 0 0 1 0 ${height}h-${width - 22}c-10 0-12-6-12-${height / 2}s2-${height / 2} 12-${height / 2}Z" fill="${fill}"/>
  <path d="M${x + 4} ${y + height * 0.5}h${width - 36}" stroke="${edge}" stroke-width="3" stroke-opacity=".5"/>`;

const cloth: Drawing = (p) => `${shadow(300, 478, 200, 22)}
  <path d="M96 286c60-22 348-22 408 0l22 178c-26 18-44-6-70 6-30 14-48-10-78 0-34 12-60-10-92 2-30 10-52-8-82 0-30 6-52 10-76-4-24 8-40 8-54-6Z" fill="url(#body)"/>
  <ellipse cx="300" cy="286" rx="204" ry="38" fill="${p.mainLight}"/>
  <path d="M166 306l-22 152M258 322l-8 152M346 322l10 150M436 306l26 152" stroke="${p.mainDark}" stroke-opacity=".32" stroke-width="6" stroke-linecap="round"/>
  <path d="M80 436c60 22 380 22 442 0" stroke="#fff" stroke-opacity=".5" stroke-width="4" stroke-dasharray="3 9" fill="none"/>
  <ellipse cx="300" cy="278" rx="74" ry="14" fill="#fff8ea"/><path d="M268 268c0-58 64-58 64 0Z" fill="${p.second}"/><path d="M300 226c-26-30-14-66 4-82 16 22 20 54-4 82Z" fill="#7f9b62"/><path d="M302 222c18-34 48-36 64-32-6 26-32 40-64 32Z" fill="#6d8a4e"/>`;

const napkins: Drawing = (p) => {
  const fills = [p.main, p.mainLight, mix(p.main, p.second, 0.45), p.second];
  return `${shadow(300, 476, 176, 20)}${fills.map((fill, at) => fold(152, 424 - at * 46, 306, 46, fill, mix(fill, "#1d1410", 0.4))).join("")}
    <g transform="rotate(-8 300 240)"><rect x="206" y="206" width="188" height="54" rx="27" fill="${p.secondDark}" opacity=".25"/><path d="M176 250c30-56 70-82 124-84 54 2 94 28 124 84Z" fill="url(#trim)"/><path d="M222 250c14-34 40-56 78-60 38 4 64 26 78 60Z" fill="${p.secondLight}"/><rect x="262" y="222" width="76" height="34" rx="14" fill="#b88a3e"/><rect x="262" y="226" width="76" height="8" rx="4" fill="#e3bd77"/></g>`;
};

const towel: Drawing = (p) => `${shadow(300, 482, 130, 16)}
  <rect x="120" y="112" width="360" height="14" rx="7" fill="#9c7650"/><circle cx="120" cy="119" r="12" fill="#7c5a3a"/><circle cx="480" cy="119" r="12" fill="#7c5a3a"/>
  <path d="M196 116h208l10 330c-34 14-64-4-104 4-44 8-72-12-124-2Z" fill="url(#body)"/>
  ${[0, 1, 2].map((at) => `<path d="M${190 - at} ${344 + at * 26}c60-10 150 8 ${222 + at * 2} 0" stroke="${p.second}" stroke-width="${at === 1 ? 16 : 7}" fill="none"/>`).join("")}
  ${[0, 1].map((at) => `<path d="M196 ${164 + at * 20}c60-6 150 6 210 0" stroke="${p.second}" stroke-width="6" fill="none"/>`).join("")}
  <path d="M252 128c-8 100-2 200-8 314M340 128c10 110 4 210 12 316" stroke="#7b6a58" stroke-opacity=".16" stroke-width="9" fill="none"/>
  <path d="M286 116c0-22 28-22 28 0v30h-28Z" fill="${p.secondDark}"/>`;

const blanket: Drawing = (p) => {
  const fringe = Array.from({ length: 19 }, (_, at) => `<path d="M${142 + at * 17} 420l${at % 2 === 0 ? -5 : 4} 56" stroke="${at % 3 === 0 ? p.main : p.second}" stroke-width="6" stroke-linecap="round"/>`);
  const checks = [176, 256, 336, 416].map((x) => `<path d="M${x} 180l-8 236" stroke="${p.second}" stroke-opacity=".6" stroke-width="15"/>`);
  return `${shadow(300, 480, 196, 20)}${fringe.join("")}
    <path d="M134 190c60-34 270-34 332 0 14 76 14 152 4 234-58 12-280 12-340 0-10-82-10-158 4-234Z" fill="url(#body)"/>${checks.join("")}
    ${[232, 300, 368].map((y) => `<path d="M128 ${y}c100 14 244 14 344 0" stroke="${p.second}" stroke-opacity=".55" stroke-width="13" fill="none"/>`).join("")}
    <path d="M134 190c60-34 270-34 332 0-60 26-270 26-332 0Z" fill="${p.mainLight}"/><path d="M150 206c-10 70-10 130-4 196" stroke="#fff" stroke-opacity=".22" stroke-width="10" fill="none"/>`;
};

const apron: Drawing = (p) => `${shadow(300, 500, 120, 14)}
  <path d="M244 154c0-96 112-96 112 0" fill="none" stroke="${p.second}" stroke-width="11"/><circle cx="300" cy="80" r="9" fill="#7c5a3a"/>
  <path d="M236 148h128l6 92c18 24 46 34 62 40l-14 204H182l-14-204c16-6 44-16 62-40Z" fill="url(#body)"/>
  <path d="M170 286c-46 6-62 30-70 64M430 286c46 6 62 30 70 64" stroke="${p.second}" stroke-width="9" fill="none" stroke-linecap="round"/>
  <rect x="226" y="318" width="148" height="96" rx="6" fill="${p.mainLight}"/><path d="M300 318v96M226 332h148" stroke="${p.mainDark}" stroke-width="3" stroke-dasharray="7 5"/>
  <rect x="268" y="186" width="64" height="46" rx="4" fill="${p.second}"/><path d="M280 204h40M280 216h26" stroke="${p.mainDark}" stroke-width="3"/>
  <path d="M394 340c22 6 26 60 16 104-10 8-26 6-32-2 6-44 4-70 16-102Z" fill="#f5eee2"/><path d="M384 420h28" stroke="#b5483a" stroke-width="4"/>`;

const hoodie: Drawing = (p) => `${shadow(300, 502, 140, 14)}
  <path d="M206 160 142 204c-20 60-38 150-44 226l58 14 34-148-6 194h232l-6-194 34 148 58-14c-6-76-24-166-44-226l-64-44Z" fill="url(#body)"/>
  <path d="M206 160c-6-62 40-96 94-96s100 34 94 96c-22 40-58 56-94 56s-72-16-94-56Z" fill="${p.mainLight}"/>
  <path d="M236 166c-2-42 26-66 64-66s66 24 64 66c-18 24-40 34-64 34s-46-10-64-34Z" fill="${p.mainDark}"/>
  <path d="M270 204l-6 92M330 204l6 92" stroke="${p.second}" stroke-width="6" stroke-linecap="round"/>
  <path d="M232 378h136l26 86H206Z" fill="${p.mainDark}" opacity=".55"/><path d="M184 470h232v20H184Z" fill="${p.mainDark}"/><path d="M98 424l58 14-2 12-58-14ZM502 424l-58 14 2 12 58-14Z" fill="${p.mainDark}"/>
  <path d="M340 270h52v36h-52Z" fill="none"/><path d="M350 312c0-24 8-36 20-36s20 12 20 36Z" fill="${p.second}"/><path d="M364 312c0-10 2-14 6-14s6 4 6 14Z" fill="${p.mainDark}"/>`;

export const textile: Record<string, Drawing> = { cloth, napkins, towel, blanket, apron, hoodie };
