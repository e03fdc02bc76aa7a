/** The method in plain words, how to read the pictures, and whom to cite. */

import * as api from '../api.js';
import {seesFlow, useModels} from '../catalogue.js';
import {html} from '../html.js';
import {Heading} from '../page.js';
import {useResource} from '../resource.js';
import {go, to} from '../router.js';
import {isAtlas} from '../site.js';
import {DEMO, tour} from '../tour-state.js';
import {Wheel} from '../wheel.js';

const WORKS = [
  {authors: 'C. Feichtenhofer, A. Pinz, R. P. Wildes, A. Zisserman', title: 'What have we learned from deep representations for action recognition?', where: 'CVPR 2018', why: 'The method that this dashboard runs.'},
  {authors: 'C. Feichtenhofer, A. Pinz, R. P. Wildes, A. Zisserman', title: 'Deep insights into convolutional networks for video recognition', where: 'IJCV 2020', why: 'The same at length.'},
  {authors: 'A. Stergiou, G. Kapidis, G. Kalliatakis, C. Chrysoulas, R. Poppe, R. Veltkamp', title: 'Class feature pyramids for video explanation', where: 'ICCV Workshops 2019', why: 'Which units a class is made of.'},
  {authors: 'A. Mahendran, A. Vedaldi', title: 'Visualizing deep convolutional neural networks using natural pre-images', where: 'IJCV 2016', why: 'The regularized optimization behind it.'},
];

/** From its first step, as if one had never been here. */
function takeTour() {
  tour.set({step: 0, over: false});
  go(to.model(DEMO));
}

export function About() {
  const version = useResource('version', api.version).value;
  return html`<article class="prose"><${Heading} title="How to read the pictures" note="Kinetoscope shows, for every unit of a video network, the input that excites it most.">${isAtlas ? null : html`<button class="button quiet-button" onClick=${takeTour}>Take the tour</button>`}<//>
    <h2>The question</h2>
    <p>A network that recognises actions has thousands of units. Each answers to something: an edge that moves left, a ball, a bow drawn over strings.
      One way to find out what it is: begin with noise, and change the input, little by little, until the unit answers as strongly as it can. What has formed by then is what the unit looks for.</p>
    <h2>Three pictures of every unit</h2>
    <dl class="terms">
      <div><dt>Appearance</dt><dd>What it should look like: one colour image.</dd></div>
      <div><dt>Slow motion</dt><dd>How it should move when the motion may change little over time (slowness χ = 10).</dd></div>
      <div><dt>Fast motion</dt><dd>How it should move when time is left free (χ = 0).</dd></div>
    </dl>
    <p>A two-stream network sees an image and a stack of optical-flow fields. Both are optimized <b>together</b>, from one unit: so a picture of appearance and a picture of motion belong to each other.
      Slow and fast are two such optimizations, each with an appearance of its own. Networks that see only a clip have a still, a slow and a fast clip instead.</p>
    <${Motion} />
    <h2>What to look for</h2>
    <ul>
      <li>Structure sits in the middle and fades to grey at the edge of what the unit can see: its receptive field.</li>
      <li><b>Activation</b> is a multiple of the unit's largest answer on real clips (the calibration set): 1× is as strong as the best clip.</li>
      <li>A unit that keeps its activation from fast to slow does not care about speed. Early layers often do, late ones less.</li>
      <li>A <b>dead unit</b> never answered to any calibration clip. There is nothing to show.</li>
      <li>Try another seed: what comes back each time is the unit's; what changes is chance.</li>
    </ul>
    <h2>Limits</h2>
    <p>The optimum is one input among many that excite the unit, most often more strongly than clips do. Where it stays below them (less than 1×), the regularizers held it back, or the search did. It says what suffices, not what the unit meets in practice. Which colours and contrasts appear also depends on the regularizers: energy is bounded, and change over space and time is costly.</p>
    <h2>Please cite</h2>
    <ol class="works">${WORKS.map((work) => html`<li key=${work.title}><span>${work.authors}.</span> <cite>${work.title}</cite> <span>${work.where}.</span> <span class="muted">${work.why}</span></li>`)}</ol>
    ${version ? html`<p class="muted small">Kinetoscope ${version.version}, engine ${version.engine}. ${isAtlas ? null : html`<a href="/openapi.json">API description</a>`}</p>` : null}
  </article>`;
}

/** What colours mean: of optical flow only, and only where a network sees it. */
function Motion() {
  const models = useModels().value?.items ?? [];
  const clips = 'A network that sees RGB clips has no colours for motion: its slow and fast motion are clips, in the colours that it sees.';
  if (models.length && !models.some(seesFlow)) return html`<h2>Motion</h2><p>${clips}</p>`;
  return html`<h2>Motion as colour</h2>
    <div class="about-wheel"><${Wheel} compact=${true} /><div>
      <p>Optical flow has a direction and a speed at every pixel. As in the paper, red shows horizontal motion (brighter is rightward), green vertical motion (brighter is downward), blue speed. Mid-grey is still.
        The play bar offers other colourings: a hue wheel, one that is safe for colour-blind readers, arrows, and speed alone.</p>
      <p>The wheel gives the scale in pixels per frame. Motion that stands together has one scale, so speeds compare, and what is faster than the rim has its colour; choose <i>own peak</i> to see faint motion.</p>
      ${models.every(seesFlow) ? null : html`<p>${clips}</p>`}</div></div>`;
}
