import { byId, element } from "./element.js";
import { control } from "./server.js";

/** Steps by which the simulation's clock can be moved on. */
const STEPS = /** @type {const} */ ([
  ["a minute", 60],
  ["an hour", 3_600],
  ["a day", 86_400],
]);

/** Buttons that move the simulation's clock on: limits start anew, breakers close, tokens expire. */
export class ClockControl {
  /** @param {() => void} onMoved */
  constructor(onMoved) {
    const status = element("span", { role: "status" });
    byId("clock").append(
      "Move the clock on: ",
      ...STEPS.flatMap(([text, seconds]) => [
        element(
          "button",
          {
            type: "button",
            class: "small",
            onclick: () =>
              void control({ kind: "clock", seconds }).then(
                () => {
                  status.textContent = `${text} later`;
                  onMoved();
                },
                (error) => (status.textContent = String(error)),
              ),
          },
          text,
        ),
        " ",
      ]),
      status,
    );
  }
}
