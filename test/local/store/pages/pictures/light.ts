// Lamps and candles.
import type { Drawing } from "../pictures.ts";
import { mix, shadow } from "./paint.ts";

const lamp: Drawing = (p) => {
  const pleats = Array.from({ length: 13 }, (_, at) => {
    const top = 228 + at * 12;
    const foot = 178 + at * 20.4;
    return `<path d="M${top} 132L${foot.toFixed(1)} 292" stroke="${p.mainDark}" stroke-opacity=".22" stroke-width="3"/>`;
  });
  return `${shadow(300, 474, 130)}
    <circle cx="300" cy="230" r="205" fill="#fff3cf" opacity=".38"/>
    <path d="M300 292V340" stroke="${p.secondDark}" stroke-width="10"/>
    <path d="M270 338c-8 26-44 44-44 84 0 32 26 52 74 52s74-20 74-52c0-40-36-58-44-84Z" fill="url(#trim)"/>
    <path d="M247 398c8-18 22-28 28-44" stroke="#fff" stroke-opacity=".35" stroke-width="7" stroke-linecap="round" fill="none"/>
    <path d="M224 130h152l52 164H172Z" fill="url(#body)"/>${pleats.join("")}
    <path d="M224 130h152l4 12H220Z" fill="${p.mainLight}"/><path d="M176 282h248l4 12H172Z" fill="${p.mainDark}" opacity=".6"/>`;
};

const pendant: Drawing = (p) => `${shadow(300, 492, 170, 26)}
  <path d="M300 0V176" stroke="${p.mainDark}" stroke-width="5"/>
  <path d="M180 338 60 560h480L420 338Z" fill="#fff1c9" opacity=".38"/>
  <rect x="284" y="160" width="32" height="34" rx="6" fill="${p.secondDark}"/>
  <path d="M150 338c0-84 64-148 150-148s150 64 150 148Z" fill="url(#body)"/>
  <ellipse cx="300" cy="338" rx="150" ry="24" fill="${p.mainDark}"/>
  <ellipse cx="300" cy="340" rx="136" ry="18" fill="${p.second}"/>
  <ellipse cx="300" cy="341" rx="62" ry="11" fill="#fff6da"/>
  <path d="M186 304c8-42 34-72 66-86" stroke="#fff" stroke-opacity=".3" stroke-width="10" stroke-linecap="round" fill="none"/>`;

const candle: Drawing = (p) => `${shadow(300, 474, 128)}
  <circle cx="300" cy="196" r="92" fill="#ffe6a6" opacity=".5"/>
  <path d="M300 236v-26" stroke="#4a3a2c" stroke-width="4"/>
  <path d="M300 156c20 24 20 52 0 60-20-8-20-36 0-60Z" fill="#f6b042"/><path d="M300 182c9 12 9 26 0 31-9-5-9-19 0-31Z" fill="#fff0c2"/>
  <path d="M206 238h188v214c0 14-10 22-24 22H230c-14 0-24-8-24-22Z" fill="url(#body)"/>
  <ellipse cx="300" cy="238" rx="94" ry="17" fill="${p.mainLight}"/><ellipse cx="300" cy="240" rx="80" ry="12" fill="${mix(p.main, "#fff1d0", 0.6)}"/>
  <rect x="240" y="304" width="120" height="112" rx="4" fill="#fffaf1"/>
  <path d="M300 322c24 22 24 42 0 58-24-16-24-36 0-58Z" fill="${p.second}"/><path d="M300 330v62" stroke="${p.secondDark}" stroke-width="3"/>
  <path d="M262 400h76" stroke="${p.secondDark}" stroke-width="4" opacity=".5"/>
  <path d="M224 262v176" stroke="#fff" stroke-opacity=".4" stroke-width="8" stroke-linecap="round"/>`;

const holders: Drawing = (p) => {
  const one = (x: number, foot: number, height: number) => `${shadow(x, foot, 62, 13)}
    <path d="M${x - 8} ${foot - height - 106}h16v96h-16Z" fill="${p.second}"/><path d="M${x} ${foot - height - 106}v-12" stroke="#4a3a2c" stroke-width="3"/>
    <path d="M${x - 20} ${foot - height - 10}h40l-6 18h-28Z" fill="${p.mainLight}"/>
    <rect x="${x - 6}" y="${foot - height}" width="12" height="${height}" fill="url(#body)"/>
    <ellipse cx="${x}" cy="${foot - height / 2}" rx="13" ry="9" fill="${p.main}"/>
    <path d="M${x - 44} ${foot}c4-16 24-18 40-22h8c16 4 36 6 40 22Z" fill="url(#body)"/>
    <path d="M${x - 44} ${foot}h88v6h-88Z" fill="${p.mainDark}"/>`;
  return `<g transform="translate(300 470) scale(1.3) translate(-300 -470)">${one(300, 456, 168)}${one(200, 474, 96)}${one(398, 480, 60)}</g>`;
};

export const light: Record<string, Drawing> = { lamp, pendant, candle, holders };
