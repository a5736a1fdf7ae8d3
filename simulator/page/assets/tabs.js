/** Makes the tabs of the page work by pointer and by arrow keys (WAI-ARIA tabs pattern). */
export class Tabs {
  /** @param {(view: string) => void} onShow told the id of the panel that is shown */
  constructor(onShow) {
    this.onShow = onShow;
    /** @type {HTMLElement[]} */
    this.tabs = [...document.querySelectorAll('[role="tab"]')].map((tab) => /** @type {HTMLElement} */ (tab));
    for (const [index, tab] of this.tabs.entries()) {
      tab.addEventListener("click", () => this.select(index));
      tab.addEventListener("keydown", ({ key }) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (step !== undefined) {
          this.select((index + step + this.tabs.length) % this.tabs.length).focus();
        }
      });
    }
  }

  /**
   * @param {number} index
   * @returns {HTMLElement} the tab
   */
  select(index) {
    let selected = /** @type {HTMLElement} */ (this.tabs[0]);
    for (const [other, tab] of this.tabs.entries()) {
      const isSelected = other === index;
      selected = isSelected ? tab : selected;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      panel?.toggleAttribute("hidden", !isSelected);
    }
    this.onShow(selected.getAttribute("aria-controls") ?? "");
    return selected;
  }
}
