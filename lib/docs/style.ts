/** Of the page. Its hash stands in the policy: nothing else may style it. */
export const style = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --paper: light-dark(#fff, #14171a); --soft: light-dark(#f3f5f7, #1e2328); --line: light-dark(#d0d7de, #3a424a); --faint: light-dark(#57606a, #9aa4af); --link: light-dark(#0550ae, #79b8ff); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99em; }
.skip:focus { left: 1em; top: 1em; background: var(--paper); padding: .5em; }
header, main, nav { padding: 0 1rem; }
main { max-width: 62rem; }
nav ul, .fields { list-style: none; padding: 0; margin: 0; }
nav li a { display: block; padding: .2rem 0; overflow-wrap: anywhere; }
nav summary { font-weight: 600; padding: .4rem 0; }
h1 { line-height: 1.2; } h2 { border-bottom: 2px solid var(--line); margin-top: 2.5rem; } h3 { margin: 2.5rem 0 0; } h4 { margin: 1.2rem 0 .4rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; }
code { overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); padding: .75rem; overflow-x: auto; max-height: 32rem; margin: .5rem 0; }
.route { margin: .2rem 0; } .method { font-weight: 700; }
.fields { border-left: 2px solid var(--line); padding-left: .75rem; margin: .4rem 0; } .fields > li { padding: .3rem 0; }
.name { font-weight: 600; } .kind, .bounds { color: var(--faint); } .bounds { font-size: .875em; overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: 4px; margin: .4rem 0; padding: 0 .75rem; }
details details { border-color: transparent; padding: 0; }
summary { cursor: pointer; padding: .4rem 0; overflow-wrap: anywhere; }
nav details { border: 0; padding: 0; }
@media (min-width: 64rem) { .columns { display: grid; grid-template-columns: 18rem 1fr; } nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-right: 1px solid var(--line); } }
@media print { nav { display: none; } pre { max-height: none; } }
`;
