// How a statement looks, on the screen and on paper. On paper the page's own head and the admin's frame are left out.
export const STATEMENT_CSS = `
.statement { background: #fff; border-radius: 12px; padding: 32px; box-shadow: 0 1px 0 rgba(26,26,26,.07), 0 0 0 1px #ebebeb; font-size: 13px; line-height: 1.45; color: #303030; }
.statement h2 { font-size: 20px; line-height: 1.3; margin: 0 0 16px; }
.statement h3 { font-size: 14px; margin: 28px 0 8px; }
.statement dl.whose { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; }
.statement dt { color: #616161; }
.statement dd { margin: 0; overflow-wrap: anywhere; }
.statement table { width: 100%; border-collapse: collapse; }
.statement th { text-align: start; font-weight: 600; color: #616161; border-bottom: 1px solid #8a8a8a; vertical-align: bottom; }
.statement th, .statement td { padding: 6px 8px; }
.statement tr > :first-child { padding-inline-start: 0; }
.statement tr > :last-child { padding-inline-end: 0; }
.statement td { border-bottom: 1px solid #ebebeb; vertical-align: top; }
.statement .number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.statement .soft { color: #616161; }
.statement .small { font-size: 12px; }
.statement tbody.sums td, .statement tbody.sums th { border-bottom: 0; color: inherit; font-weight: 400; }
.statement tbody.sums tr.strong > * { font-weight: 650; }
.statement tbody.sums tr:first-child > * { border-top: 1px solid #8a8a8a; }
.statement table.payouts { width: auto; }
.statement ul.notes { margin: 28px 0 0; padding: 12px 0 0; border-top: 1px solid #ebebeb; list-style: none; color: #616161; font-size: 12px; }
.statement a { color: inherit; text-decoration: none; font-weight: 600; }
.statement a:hover { text-decoration: underline; }
.statement .narrow { display: none; }
@media (max-width: 640px) and (not print) {
  .statement { padding: 16px; border-radius: 0; }
  .statement .wide { display: none; }
  .statement .narrow { display: block; }
  .statement th, .statement td { padding: 6px 4px; }
  .statement table { font-size: 12px; }
}
@page { size: A4; margin: 15mm; }
@media print {
  html, body { background: #fff !important; }
  .Polaris-Page { padding: 0 !important; max-width: none !important; margin: 0 !important; }
  .Polaris-Page > :not(:last-child), .not-printed { display: none !important; }
  .statement { padding: 0; box-shadow: none; border-radius: 0; font-size: 9.5pt; color: #000; }
  .statement thead { display: table-header-group; }
  .statement tr, .statement .together { break-inside: avoid; }
  .statement h3 { break-after: avoid; }
}
`;
