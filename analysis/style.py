"""How the report looks: light or dark as the reader's screen, narrow or wide, and on paper."""

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2125; --soft: #5d6670; --line: #e3e6e9;
  --tint: #f5f7f8; --accent: #1f6d93; --bad: #a8321f; --mark: #fdf0c4; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --ink: #e4e7ea; --soft: #9aa4ae; --line: #2d3339; --tint: #1e2328;
    --accent: #6db6da; --bad: #f0907e; --mark: #4a4220; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Noto
  Sans",
  "Noto Sans Georgian", "Segoe UI", sans-serif; overflow-wrap: break-word; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { margin-bottom: 1.75rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .35rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .75rem; padding-top: .9rem;
  border-top: 1px solid var(--line); }
p { margin: .4rem 0; max-width: 44rem; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .15em; }
.soft, figcaption, .of { color: var(--soft); font-size: .875rem; }
.bad { color: var(--bad); }
mark { background: var(--mark); color: inherit; border-radius: 2px; padding: 0 .15em; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem;
  margin: 0; }
.figures div { background: var(--tint); border-radius: 6px; padding: .8rem 1rem; }
.figures dt { color: var(--soft); font-size: .8125rem; }
.figures dd { margin: 0; font-size: 1.6rem; line-height: 1.25; font-weight: 600;
  font-variant-numeric: tabular-nums; }
figure { margin: .5rem 0 1rem; }
.chart svg { display: block; width: 100%; max-width: 44rem; height: auto; overflow: visible; }
figcaption { margin-top: .5rem; max-width: 44rem; }
.key { display: inline-block; width: .8em; height: .8em; vertical-align: -.05em; opacity: .16;
  background: currentColor; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: .8125rem; white-space:
  nowrap; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align:
  top; }
td:first-child { min-width: 7rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.day { white-space: nowrap; font-variant-numeric: tabular-nums; }
ul.plain { padding-left: 1.1rem; max-width: 44rem; }
ul.plain li { margin: .3rem 0; }
blockquote { margin: 0 0 1.1rem; padding-left: .9rem; border-left: 3px solid var(--line);
  max-width: 44rem; }
.voices { columns: 22rem 2; column-gap: 2rem; }
.voices blockquote { break-inside: avoid; }
footer { margin-top: 3rem; color: var(--soft); font-size: .8125rem; }
@media (max-width: 40rem) {
  .chart { overflow-x: auto; } .chart svg { min-width: 32rem; } td:last-child { min-width:
  14rem; } }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #ccc; --tint: #f4f4f4; --accent: #000;
    --bad: #000; --mark: #eee; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  h2 { break-after: avoid; } tr, figure { break-inside: avoid; } .scroll { overflow: visible; }
  .figures div, .key, mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
