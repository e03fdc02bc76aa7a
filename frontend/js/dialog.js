/** A modal dialog: the browser's own, opened when it appears and closed by Esc, its button or a click beside it. */

import {html, useEffect, useId, useRef} from './html.js';

/** @param {{title: string, kind?: string, onClose: () => void, children?: any}} props */
export function Dialog({title, kind = '', onClose, children}) {
  /** @type {{current: HTMLDialogElement | null}} */
  const dialog = useRef(null);
  const name = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const beside = (/** @type {MouseEvent} */ event) => event.target === dialog.current && onClose();
  return html`<dialog ref=${dialog} class=${`dialog ${kind}`} aria-labelledby=${name} onClose=${onClose} onClick=${beside}>
    <div class="dialog-body">
      <header><h2 id=${name}>${title}</h2><button class="quiet" aria-label="Close" onClick=${onClose}>✕</button></header>
      ${children}
    </div>
  </dialog>`;
}
