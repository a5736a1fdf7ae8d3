import { synthesizedEnvironments } from "../support/environments";

/** Everything that a plan could show, for each environment; versions and machine-dependent parts left out. */
test.each([...synthesizedEnvironments()])("synthesized JSON of %s", (_name, { json }) => {
  expect(json).toMatchSnapshot();
});
