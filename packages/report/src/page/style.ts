// The style sheet of a page: light and dark by the reader's choice, one column that grows to the width of the drawings, light on paper.
// It loads nothing. Colours of drawings are exchanged by attribute; see chart/theme.ts.

import { NARROW, WIDE } from '../chart/chart.js'
import { allInks, FONT, inks } from '../chart/theme.js'

/** Under this width of the window the narrow drawings are shown. */
const NARROW_BELOW = 760

const exchanged = allInks
  .flatMap(({ light, dark }) => ['fill', 'stroke'].map((attribute) => `svg [${attribute}="${light}"]{${attribute}:${dark}}`))
  .join('')

export const style = `
:root{color-scheme:light dark;--text:${inks.text.light};--soft:${inks.soft.light};--grid:${inks.grid.light};--paper:${inks.paper.light};
--raised:#f4f6f8;--link:#0068a8}
@media (prefers-color-scheme:dark){:root{--text:${inks.text.dark};--soft:${inks.soft.dark};--grid:${inks.grid.dark};
--paper:${inks.paper.dark};--raised:#1d222a;--link:#58b4ec}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;padding:0 16px 64px;background:var(--paper);color:var(--text);font:15px/1.55 ${FONT}}
main,header,footer{max-width:${WIDE + 8}px;margin:0 auto}
header{padding:36px 0 4px}
h1{font-size:26px;line-height:1.25;margin:0 0 6px;overflow-wrap:anywhere}
h2{font-size:19px;line-height:1.3;margin:48px 0 10px;overflow-wrap:anywhere}
h3{font-size:15px;margin:26px 0 6px;overflow-wrap:anywhere}
p{margin:8px 0;max-width:76ch}
a{color:var(--link)}
.findings{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:0 36px}
.findings h3{margin-top:14px}
.eyebrow{margin:0 0 4px;color:var(--soft);font-size:13px;letter-spacing:.02em}
.lead{color:var(--soft);margin:0;overflow-wrap:anywhere}
ul{margin:6px 0;padding-left:20px;max-width:76ch}
li{margin:3px 0}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:8px 0}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
pre.command{margin:8px 0;padding:12px 14px;background:var(--raised);border:1px solid var(--grid);border-radius:6px;white-space:pre-wrap;
overflow-wrap:anywhere;user-select:all;-webkit-user-select:all}
.scroll{overflow-x:auto;margin:8px 0;border:1px solid var(--grid);border-radius:6px}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{padding:5px 12px;white-space:nowrap;text-align:right;border-bottom:1px solid var(--grid)}
tr:last-child>*{border-bottom:0}
thead th{color:var(--soft);font-weight:500;background:var(--raised)}
th:first-child{text-align:left;position:sticky;left:0;background:var(--paper);font-weight:500}
thead th:first-child{background:var(--raised)}
caption{text-align:left;padding:8px 12px;color:var(--soft)}
.notes{color:var(--soft);font-size:13.5px}
figure{margin:0}
figcaption p{color:var(--soft);font-size:13.5px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:8px 0 10px;padding:0;max-width:none;font-size:13.5px}
.legend li{display:flex;align-items:center;gap:7px;margin:0;overflow-wrap:anywhere}
.legend svg{flex:none}
.drawing{overflow-x:auto}
.drawing svg{display:block;max-width:100%;height:auto;font-family:${FONT}}
.narrow{display:none}
details{margin:10px 0}
summary{cursor:pointer;color:var(--link);font-size:13.5px;padding:4px 0}
footer{color:var(--soft);font-size:13px;margin-top:56px;border-top:1px solid var(--grid);padding-top:12px}
@media (min-width:${WIDE + 100}px){.scroll{width:max-content;min-width:100%;max-width:calc(50vw + ${WIDE / 2 - 16}px)}}
@media (max-width:${NARROW_BELOW}px){.wide{display:none}.narrow{display:block}.narrow svg{min-width:${NARROW - 44}px}
table{font-size:12.5px}th,td{padding:4px 6px}td,th:first-child{white-space:normal}
h1{font-size:22px}dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:8px}}
@media screen and (prefers-color-scheme:dark){${exchanged}}
@media print{:root{color-scheme:light;--text:#000;--soft:#444;--grid:#ccc;--paper:#fff;--raised:#fff;--link:#000}
body{padding:0;font-size:10.5pt}.wide{display:block}.narrow{display:none}header{padding-top:0}h2{margin-top:26px}
figure,table,pre,dl{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible;border:0}table{font-size:8.5pt}
dl.facts{grid-template-columns:max-content 1fr;gap:2px 16px}
th,td{padding:2px 5px;white-space:normal}details:not([open]){display:none}}
`
