/** The page for URLs that name no page. */

import {html} from '../html.js';
import {Heading} from '../page.js';
import {to} from '../router.js';

export function Missing() {
  return html`<${Heading} title="No such page" />
    <p>There is nothing at <code>${location.pathname}</code>. The address may have been cut short, or come from another version.</p>
    <p class="row"><a class="button" href=${to.models()}>All models</a><a class="button quiet-button" href=${to.about()}>About Kinetoscope</a></p>`;
}
