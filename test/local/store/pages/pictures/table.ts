// What stands on the table: stoneware and oak.
import type { Drawing } from "../pictures.ts";
import { mix, shadow } from "./paint.ts";

const mug: Drawing = (p) => `${shadow(300, 474, 140)}
  <path d="M384 292c66-10 84 24 74 62-10 36-46 52-84 48" fill="none" stroke="${p.mainDark}" stroke-width="24" stroke-linecap="round"/>
  <path d="M194 246h204l-10 192c-2 24-18 36-44 36h-96c-26 0-42-12-44-36Z" fill="url(#body)"/>
  <path d="M194 246h204l-3 62c-26 20-44-8-70 10-30 20-48-14-74 4-20 14-38 10-54-4Z" fill="${p.second}"/>
  <path d="M197 318c16 14 34 18 54 4 26-18 44 16 74-4 26-18 44 10 70-10" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="4"/>
  <ellipse cx="296" cy="246" rx="102" ry="19" fill="${mix(p.second, "#ffffff", 0.35)}"/><ellipse cx="296" cy="248" rx="88" ry="13" fill="#7a4a2c"/>
  <path d="M262 214c-12-20 14-28 2-50M312 210c-14-22 16-32 2-58" stroke="#fff" stroke-opacity=".75" stroke-width="7" stroke-linecap="round" fill="none"/>
  <path d="M218 284 226 436" stroke="#fff" stroke-opacity=".34" stroke-width="8" stroke-linecap="round"/>`;

const cups: Drawing = (p) => {
  const one = (x: number, foot: number, fill: string, lip: string) => `${shadow(x, foot, 88, 16)}
    <path d="M${x - 68} ${foot - 150}h136l-12 128c-2 16-12 22-28 22h-56c-16 0-26-6-28-22Z" fill="${fill}"/>
    <path d="M${x - 61} ${foot - 70}h122l-5 48c-2 16-12 22-28 22h-56c-16 0-26-6-28-22Z" fill="#cbb79c" opacity=".85"/>
    <ellipse cx="${x}" cy="${foot - 150}" rx="68" ry="13" fill="${lip}"/><ellipse cx="${x}" cy="${foot - 148}" rx="57" ry="8" fill="#3f2a1d"/>
    <path d="M${x - 50} ${foot - 126}l6 88" stroke="#fff" stroke-opacity=".35" stroke-width="6" stroke-linecap="round"/>`;
  return `<g transform="translate(300 470) scale(1.35) translate(-300 -470)">${one(372, 448, "url(#trim)", p.secondLight)}${one(244, 480, "url(#body)", p.mainLight)}</g>`;
};

const teapot: Drawing = (p) => `${shadow(296, 474, 178)}
  <path d="M402 300c54-14 66-52 96-58l14 22c-28 18-34 96-96 122Z" fill="${p.mainDark}"/>
  <path d="M196 300c-74-24-118 4-108 56 8 42 60 62 112 48" fill="none" stroke="${p.mainDark}" stroke-width="20" stroke-linecap="round"/>
  <path d="M300 250c86 0 138 56 138 122 0 68-56 102-138 102s-138-34-138-102c0-66 52-122 138-122Z" fill="url(#body)"/>
  <path d="M222 268c14-26 42-38 78-38s64 12 78 38Z" fill="url(#trim)"/><circle cx="300" cy="218" r="17" fill="${p.second}"/>
  <path d="M196 404c44 30 164 30 208 0" stroke="${p.second}" stroke-width="5" fill="none" opacity=".7"/>
  <path d="M196 366c4-38 26-66 58-80" stroke="#fff" stroke-opacity=".36" stroke-width="10" stroke-linecap="round" fill="none"/>`;

const bowl: Drawing = (p) => `${shadow(300, 474, 190, 24)}
  <path d="M124 300h352c0 96-66 168-124 174H248c-58-6-124-78-124-174Z" fill="url(#body)"/>
  <ellipse cx="300" cy="300" rx="176" ry="40" fill="${p.secondLight}"/><ellipse cx="300" cy="306" rx="158" ry="30" fill="${p.second}"/>
  <circle cx="256" cy="292" r="30" fill="#d9674a"/><circle cx="312" cy="282" r="34" fill="#e3984c"/><circle cx="358" cy="296" r="27" fill="#c9543f"/>
  <path d="M312 250c6-14 18-18 30-18-2 12-12 20-30 18Z" fill="#6d8a4e"/>
  <path d="M142 306a158 32 0 0 0 316 0c0 10-40 44-158 44s-158-34-158-44Z" fill="${p.mainDark}" opacity=".25"/>
  <path d="M154 344c12 44 38 82 70 104" stroke="#fff" stroke-opacity=".34" stroke-width="9" stroke-linecap="round" fill="none"/>`;

const plates: Drawing = (p) => {
  const plate = (y: number) => `<path d="M132 ${y}c10 30 60 44 168 44s158-14 168-44Z" fill="${p.mainDark}"/>
    <ellipse cx="300" cy="${y}" rx="170" ry="32" fill="url(#body)"/><ellipse cx="300" cy="${y + 2}" rx="118" ry="20" fill="${p.mainLight}"/>
    <ellipse cx="300" cy="${y}" rx="168" ry="31" fill="none" stroke="${p.second}" stroke-width="5"/>`;
  return `${shadow(300, 476, 200, 22)}${[430, 400, 370, 340].map(plate).join("")}
    <path d="M196 330c60-40 130-70 206-82" stroke="#6d8a4e" stroke-width="5" fill="none"/>
    ${[0, 1, 2, 3, 4].map((at) => `<ellipse cx="${236 + at * 36}" cy="${300 - at * 12}" rx="19" ry="8" transform="rotate(${-62 + at * 8} ${236 + at * 36} ${300 - at * 12})" fill="#7f9b62"/>`).join("")}`;
};

const vase: Drawing = (p) => {
  const stalk = (tip: string, x: number, y: number, turn: number) => `<path d="M300 262Q${(300 + x) / 2} ${y + 90} ${x} ${y}" stroke="${p.second}" stroke-width="4" fill="none"/>
    <ellipse cx="${x}" cy="${y - 14}" rx="12" ry="42" transform="rotate(${turn} ${x} ${y})" fill="${tip}"/>`;
  return `${shadow(300, 474, 112)}
    ${stalk("#d8bd8b", 216, 142, -26)}${stalk("#c9a66b", 262, 96, -10)}${stalk("#e3cda3", 312, 78, 4)}${stalk("#d0ad76", 362, 112, 18)}${stalk("#dcc292", 402, 164, 34)}
    <path d="M274 250h52c0 40-12 48 26 92 44 52 22 132-52 132s-96-80-52-132c38-44 26-52 26-92Z" fill="url(#body)"/>
    <ellipse cx="300" cy="250" rx="30" ry="7" fill="${p.mainDark}"/>
    <path d="M232 398c44 14 92 14 136 0M240 424c40 12 80 12 120 0" stroke="#fff" stroke-opacity=".3" stroke-width="4" fill="none"/>
    <path d="M246 420c-6-28 4-50 22-72" stroke="#fff" stroke-opacity=".4" stroke-width="8" stroke-linecap="round" fill="none"/>`;
};

const board: Drawing = (p) => `${shadow(300, 478, 170, 18)}
  <g transform="rotate(-4 300 300)"><path d="M264 66c0-22 72-22 72 0v72h58c22 0 34 12 34 34v270c0 22-12 34-34 34H206c-22 0-34-12-34-34V172c0-22 12-34 34-34h58Z" fill="url(#body)"/>
  <circle cx="300" cy="88" r="12" fill="${p.wallLight}"/>
  ${[0, 1, 2, 3, 4, 5].map((at) => `<path d="M${194 + at * 42} 160c${8 + at * 2} 90-${12 - at} 180 4 296" stroke="${p.second}" stroke-opacity=".38" stroke-width="3" fill="none"/>`).join("")}
  <ellipse cx="350" cy="300" rx="16" ry="28" fill="none" stroke="${p.second}" stroke-opacity=".5" stroke-width="4"/></g>
  <path d="M210 452c0-34 40-52 92-52s92 18 92 52c0 20-40 28-92 28s-92-8-92-28Z" fill="#d9a566"/>
  <path d="M236 420l22 34M276 408l22 42M318 406l22 42M356 414l18 36" stroke="#f3d9ad" stroke-width="7" stroke-linecap="round"/>`;

export const table: Record<string, Drawing> = { mug, cups, teapot, bowl, plates, vase, board };
