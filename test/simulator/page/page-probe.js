// Runs in the page under test.
/* eslint-disable @typescript-eslint/no-unused-vars -- called by name */

/** Pixels that the page needs from left to right. */
function pageWidth() {
  return document.documentElement.scrollWidth;
}

/** Ids of controls that have neither a label nor a text. */
function unnamedControls() {
  /** @type {NodeListOf<HTMLInputElement | HTMLButtonElement>} */
  const controls = document.querySelectorAll("input, select, textarea, button");
  return [...controls]
    .filter(({ labels, tagName, textContent }) =>
      tagName === "BUTTON" ? textContent?.trim() === "" : (labels?.length ?? 0) === 0,
    )
    .map(({ id }) => id);
}

/** Texts whose colour is too close to what is behind them (WCAG 2.2, contrast ratio below 4.5). */
function lowContrasts() {
  /** @type {NodeListOf<HTMLElement>} */
  const elements = document.querySelectorAll("body *");
  return [...elements]
    .filter(({ offsetParent }) => offsetParent !== null)
    .filter(({ childNodes }) =>
      [...childNodes].some(
        ({ nodeType, nodeValue }) => nodeType === Node.TEXT_NODE && nodeValue?.trim() !== "",
      ),
    )
    .map((element) => ({ element, ratio: contrast(getComputedStyle(element).color, colourBehind(element)) }))
    .filter(({ ratio }) => ratio < 4.5)
    .map(({ element, ratio }) => `${element.tagName} "${element.textContent}": ${ratio.toFixed(2)}`);
}

/**
 * @param {string} first
 * @param {string} second
 */
function contrast(first, second) {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {string} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {Element | null} element
 * @returns {string}
 */
function colourBehind(element) {
  const colour = element === null ? "rgb(255, 255, 255)" : getComputedStyle(element).backgroundColor;
  return channels(colour)[3] === 0 ? colourBehind(element?.parentElement ?? null) : colour;
}

/** @param {string} colour */
function channels(colour) {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}

/** Heights of elements in pixels. @param {string} selector */
function heightsOf(selector) {
  return [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect().height);
}
