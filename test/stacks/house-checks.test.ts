import { HOUSE_CHECKS } from "../../lib/security-checks/house-checks";
import { synthesizedEnvironments } from "../support/environments";

const stacks = synthesizedEnvironments();

/** That each check notices what it is for is tested beside them, on the reference environments. */
describe.each(HOUSE_CHECKS.map((check) => [check.id, check.title, check] as const))(
  "%s: %s",
  (_id, _title, check) => {
    test.each([...stacks.keys()])("holds for %s", (name) => {
      const stack = stacks.get(name);
      expect(stack && check.check(stack)).toEqual([]);
    });
  },
);
