import { synthesizedEnvironments } from "./support/environments";
import { expectRecorded } from "./support/recorded-state";

/**
 * Terraform addresses are contract: a changed line means that a deployed resource would be replaced, unless the
 * change comes with a `moved` block and a line in the changelog.
 */
test.each([...synthesizedEnvironments()])("Terraform addresses of %s", (_name, stack) => {
  expectRecorded(stack.resources.map(({ address }) => address).sort());
});
