import { element } from "./element.js";

/**
 * A status with its class of meaning; words as well as colours.
 * @param {number | undefined} status none when the caller left before the answer
 * @returns {HTMLElement}
 */
export function statusMark(status) {
  const kind = status === undefined ? "broken" : `s${Math.floor(status / 100)}`;
  return element("span", { class: `status ${kind}` }, status === undefined ? "none" : String(status));
}
