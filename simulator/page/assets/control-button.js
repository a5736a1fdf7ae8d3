import { element } from "./element.js";
import { control } from "./server.js";

/**
 * A button that changes something about the running simulation; what went wrong stands behind it.
 * @param {string} text
 * @param {string} title for who does not see what stands around it
 * @param {import("../page-control").PageControl} change
 * @param {() => Promise<void>} onChanged
 */
export function controlButton(text, title, change, onChanged) {
  const problem = element("span", { role: "alert", class: "error" });
  const act = async () => {
    problem.textContent = "";
    try {
      await control(change);
      await onChanged();
    } catch (error) {
      problem.textContent = String(error);
    }
  };
  const button = element(
    "button",
    { type: "button", class: "small", "aria-label": title, onclick: () => void act() },
    text,
  );
  return element("span", {}, button, problem);
}
