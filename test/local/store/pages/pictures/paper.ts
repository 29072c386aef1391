// What comes packed: tea, honey, a notebook, a gift card.
import type { Drawing } from "../pictures.ts";
import { mix, shadow } from "./paint.ts";

const leaf = (x: number, y: number, turn: number, fill: string) =>
  `<g transform="translate(${x} ${y}) rotate(${turn})"><path d="M0-30C22-12 22 14 0 32-22 14-22-12 0-30Z" fill="${fill}"/><path d="M0-24v52" stroke="#fff" stroke-opacity=".4" stroke-width="2.5"/></g>`;

const tin: Drawing = (p) => `${shadow(300, 474, 132)}
  <rect x="196" y="182" width="208" height="292" rx="14" fill="url(#body)"/>
  <rect x="188" y="152" width="224" height="58" rx="12" fill="url(#trim)"/><path d="M188 196h224" stroke="${p.secondDark}" stroke-width="4" opacity=".6"/>
  <rect x="222" y="252" width="156" height="166" rx="78" fill="#fff9ee"/>
  ${leaf(300, 314, 0, p.main)}${leaf(272, 330, -44, p.mainLight)}${leaf(328, 330, 44, p.mainLight)}
  <path d="M262 380h76M276 394h48" stroke="${p.mainDark}" stroke-width="4" opacity=".55"/>
  <path d="M214 226v226" stroke="#fff" stroke-opacity=".3" stroke-width="8" stroke-linecap="round"/>
  <g fill="${mix(p.main, "#2a2018", 0.35)}"><ellipse cx="438" cy="482" rx="14" ry="5" transform="rotate(-18 438 482)"/><ellipse cx="466" cy="492" rx="12" ry="4" transform="rotate(24 466 492)"/><ellipse cx="452" cy="470" rx="11" ry="4"/></g>`;

const pouch: Drawing = (p) => `${shadow(300, 476, 138)}
  <path d="M206 156h188l10 36c16 90 16 190 6 262-2 14-10 22-24 22H214c-14 0-22-8-24-22-10-72-10-172 6-262Z" fill="url(#body)"/>
  <path d="M206 130h188v40H206Z" fill="${p.mainDark}"/><path d="M206 150h188" stroke="${p.second}" stroke-width="3" stroke-dasharray="8 7"/>
  <path d="M226 244h148v150H226Z" fill="${p.second}"/>
  ${[0, 60, 120, 180, 240, 300].map((turn) => `<ellipse cx="300" cy="288" rx="11" ry="24" transform="rotate(${turn} 300 312)" fill="${p.main}" opacity=".85"/>`).join("")}<circle cx="300" cy="312" r="15" fill="${p.mainDark}"/>
  <path d="M248 368h104M266 380h68" stroke="${p.mainDark}" stroke-width="4" opacity=".55"/>
  <path d="M214 204c-8 70-8 150-2 232" stroke="#fff" stroke-opacity=".32" stroke-width="9" stroke-linecap="round" fill="none"/>`;

const jar: Drawing = (p) => `${shadow(300, 474, 128)}
  <path d="M206 214h188c18 12 22 34 22 60v160c0 28-14 40-40 40H224c-26 0-40-12-40-40V274c0-26 4-48 22-60Z" fill="url(#body)"/>
  <path d="M192 246c40 16 176 16 216 0" stroke="#fff" stroke-opacity=".5" stroke-width="5" fill="none"/>
  <path d="M198 158h204v54H198Z" fill="url(#trim)"/><path d="M180 208c0-40 50-66 120-66s120 26 120 66c-16-8-26-8-40 0-14-8-26-8-40 0-14-8-26-8-40 0-14-8-26-8-40 0-14-8-26-8-40 0-14-8-24-8-40 0Z" fill="#f7ead2"/>
  <path d="M196 196c40-14 168-14 208 0" stroke="${p.second}" stroke-width="4" fill="none"/>
  <path d="M300 286l58 33v66l-58 33-58-33v-66Z" fill="#fff6e0"/><path d="M300 310l36 21v42l-36 21-36-21v-42Z" fill="${p.main}"/>
  <path d="M204 292v140" stroke="#fff" stroke-opacity=".45" stroke-width="9" stroke-linecap="round"/>`;

const box: Drawing = (p) => {
  const lid = (x: number, y: number, fill: string) => `<circle cx="${x}" cy="${y}" r="37" fill="${mix(fill, "#1d1410", 0.25)}"/><circle cx="${x}" cy="${y - 4}" r="37" fill="${fill}"/><circle cx="${x}" cy="${y - 4}" r="25" fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="3"/>`;
  const fills = ["#34466e", "#5f8a4f", "#d9703f", "#d7ab3a", "#8f5f77", "#4d7f83"];
  return `${shadow(300, 478, 196, 22)}
    <path d="M132 250h336l24 210c0 10-6 16-16 16H124c-10 0-16-6-16-16Z" fill="url(#body)"/>
    <path d="M150 268h300l16 142H134Z" fill="${p.mainDark}"/>
    <path d="M132 250 158 128h284l26 122Z" fill="url(#trim)"/><path d="M176 146h248l18 86H158Z" fill="${p.main}" opacity=".28"/>
    <path d="M266 176h68M248 194h104" stroke="${p.mainDark}" stroke-width="5" opacity=".6"/>
    ${fills.map((fill, at) => lid(208 + (at % 3) * 92, 308 + Math.floor(at / 3) * 72, fill)).join("")}
    <path d="M116 424h368l6 36c0 10-6 16-16 16H124c-10 0-16-6-16-16Z" fill="url(#body)"/><rect x="252" y="436" width="96" height="24" rx="12" fill="${p.second}"/>`;
};

const notebook: Drawing = (p) => `${shadow(300, 478, 160, 18)}
  <g transform="rotate(-5 300 310)"><rect x="196" y="140" width="226" height="334" rx="8" fill="#fbf6ea"/><path d="M204 468h214" stroke="#cfc5b0" stroke-width="3"/><path d="M204 460h214" stroke="#cfc5b0" stroke-width="2"/>
  <rect x="184" y="130" width="230" height="330" rx="10" fill="url(#body)"/><path d="M184 140c0-6 4-10 10-10h24v330h-24c-6 0-10-4-10-10Z" fill="${p.mainDark}"/>
  <rect x="250" y="196" width="132" height="92" rx="4" fill="#fff9ee"/><path d="M276 250c0 18 12 24 32 24s32-6 32-24v-14h-64Z" fill="${p.main}"/><path d="M340 240c16-4 18 18-2 20" stroke="${p.main}" stroke-width="5" fill="none"/><path d="M298 226c-6-10 6-12 0-22M316 226c-6-10 6-12 0-22" stroke="${p.second}" stroke-width="4" fill="none"/>
  <path d="M388 130v330" stroke="${p.second}" stroke-width="9"/></g>
  <g transform="rotate(16 452 400)"><rect x="444" y="262" width="15" height="190" rx="4" fill="${p.second}"/><path d="M444 452h15l-7 28Z" fill="#efe0c4"/><path d="M449 470h6l-3 10Z" fill="#3a3a3a"/><rect x="444" y="258" width="15" height="18" rx="4" fill="#d88f86"/></g>`;

const card: Drawing = (p) => `${shadow(300, 470, 190, 20)}
  <g transform="rotate(7 300 330)"><rect x="126" y="236" width="348" height="216" rx="14" fill="#fffaf0"/><path d="M126 250 300 366 474 250" fill="none" stroke="#dccfb8" stroke-width="4"/></g>
  <g transform="rotate(-6 300 270)"><rect x="136" y="156" width="328" height="204" rx="18" fill="url(#body)"/>
  <path d="M136 270h328v22H136Z" fill="${p.second}"/><path d="M214 156h22v204h-22Z" fill="${p.second}"/>
  <path d="M225 280c-46-8-60-44-38-52 22-6 36 22 38 52 2-30 16-58 38-52 22 8 8 44-38 52Z" fill="${p.secondLight}" stroke="${p.secondDark}" stroke-width="3"/>
  <path d="M318 200h110M346 220h82" stroke="#fff" stroke-opacity=".75" stroke-width="7" stroke-linecap="round"/></g>`;

export const paper: Record<string, Drawing> = { tin, pouch, jar, box, notebook, card };
