import { synthesizedEnvironments } from "../support/environments";
import { expectRecorded } from "../support/recorded-state";

/** Everything that a plan could show, for each environment; versions and machine-dependent parts left out. */
test.each([...synthesizedEnvironments()])("synthesized JSON of %s", (_name, { json }) => {
  expectRecorded(json);
});
