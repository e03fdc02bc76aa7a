/** Text that is being typed. */

import {useEffect, useState} from './html.js';

const TYPED_MS = 400;

/** What is typed, once nobody has typed for a moment. @param {string} text */
export function useSettled(text) {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const soon = setTimeout(() => settle(text), TYPED_MS);
    return () => clearTimeout(soon);
  }, [text]);
  return settled;
}
