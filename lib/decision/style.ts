/** Of the page of a question. Its hash stands in the policy: nothing else may style it. */
export const style = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --paper: light-dark(#fff, #14171a); --soft: light-dark(#f3f5f7, #1e2328); --line: light-dark(#7d8590, #7d8590); --accent: light-dark(#0550ae, #79b8ff); }
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { line-height: 1.25; font-size: 1.5rem; } h2 { font-size: 1.125rem; margin: 1.75rem 0 .5rem; }
a { color: var(--accent); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
blockquote { margin: 0; padding: .75rem; background: var(--soft); border-left: 4px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24rem; overflow-y: auto; }
fieldset { border: 0; padding: 0; margin: 1.75rem 0 0; } legend { font-size: 1.125rem; font-weight: 600; padding: 0; }
button { display: block; width: 100%; margin: .75rem 0; padding: 1rem; font: inherit; text-align: start; overflow-wrap: anywhere; color: var(--ink); background: var(--soft); border: 2px solid var(--line); border-radius: 6px; cursor: pointer; }
button.recommended { border-color: var(--accent); }
button small { display: block; }
label { display: block; margin-top: 1rem; font-weight: 600; }
textarea { display: block; width: 100%; min-height: 5rem; margin-top: .25rem; padding: .5rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { margin-top: 2rem; font-size: .875rem; }
`;
