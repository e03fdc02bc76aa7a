/** Parts that pages are made of: heading with its trail, waiting, a problem with the way out, nothing to show. */

import {Problem} from './problem.js';
import {html, useEffect, useRef} from './html.js';
import {to} from './router.js';

/** A name that breaks behind its dots, strokes and slashes, never within a word. @param {string | undefined} name */
export const breakable = (name = '') => name.split(/(?<=[._/])/).map((part, i) => (i ? html`<wbr />${part}` : part));

/** @param {{title: string, trail?: [string, string][], note?: any, children?: any}} props */
export function Heading({title, trail = [], note = null, children}) {
  /** @type {{current: HTMLElement | null}} */
  const heading = useRef(null);
  useEffect(() => {
    document.title = [title, ...trail.map(([name]) => name).reverse(), 'Kinetoscope'].join(' · ');
  }, [title]);
  return html`<header class="heading">
    <div class="heading-words">
      ${trail.length ? html`<nav class="trail" aria-label="Where this page is"><ol>
        ${trail.map(([name, url]) => html`<li key=${url}><a href=${url}>${breakable(name)}</a></li>`)}</ol></nav>` : null}
      <h1 ref=${heading} tabindex="-1">${breakable(title)}</h1>
      ${note ? html`<p class="heading-note">${note}</p>` : null}
    </div>
    ${children ? html`<div class="heading-tools">${children}</div>` : null}
  </header>`;
}

/** @param {{what?: string}} props */
export function Waiting({what = 'Loading'}) {
  return html`<p class="waiting" role="status"><span class="spinner" aria-hidden="true"></span>${what}…</p>`;
}

/** What went wrong, in the server's words, and where one may have wanted to go. @param {{problem: Error, link?: (name: string) => string, retry?: () => void}} props */
export function Trouble({problem, link, retry}) {
  const {title, didYouMean, allowed} = problem instanceof Problem ? problem : new Problem({});
  const others = allowed.filter((name) => !didYouMean.includes(name)).slice(0, 40);
  return html`<div class="trouble" role="alert">
    <${Heading} title=${title} />
    <p>${didYouMean.length ? problem.message.replace(/ Did you mean .*\?$/, '') : problem.message}</p>
    ${link && didYouMean.length ? html`<p>Did you mean ${didYouMean.map((name, i) => html`${i ? ' or ' : ''}<a href=${link(name)}>${name}</a>`)}?</p>` : null}
    ${link && others.length ? html`<details><summary>All ${allowed.length} names</summary><ul class="names">
      ${others.map((name) => html`<li><a href=${link(name)}>${name}</a></li>`)}</ul></details>` : null}
    <p class="row">${retry ? html`<button class="button" onClick=${retry}>Try again</button>` : null}<a class="button quiet-button" href=${to.models()}>All models</a></p>
  </div>`;
}

/** @param {{facts: [string, any][]}} props */
export function Facts({facts}) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return html`<dl class="facts">${known.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Share done, as a bar and in words. @param {{done: number, of: number, label: string}} props */
export function Bar({done, of, label}) {
  const share = of ? Math.round((100 * done) / of) : 0;
  return html`<div class="bar"><progress max="100" value=${share} aria-label=${label}></progress>
    <span class="small figures">${label}</span></div>`;
}
