import { TerraformStack, Testing } from "cdktf";
import { checkAccessEnd } from "../../../lib/gateway/access-end";
import { Problems } from "../../../lib/validation/problems";
import { SET_SYNTHESIS_DATE, SynthesisDate } from "../../../lib/validation/synthesis-date";

/** What synthesis on a day says of a client whose access ends. */
function judged(expires: string, today?: string): { warnings: readonly unknown[]; rules: readonly string[] } {
  const stack = new TerraformStack(Testing.app(), "stack");
  if (today !== undefined) {
    SynthesisDate.set(stack, new Date(today));
  }
  const problems = new Problems(stack);
  checkAccessEnd(stack, expires, problems);
  return {
    warnings: stack.node.metadata.map(({ data }) => data as unknown),
    rules: problems.all.map(({ rule, remedy }) => `${rule}: ${remedy}`),
  };
}

describe("checkAccessEnd", () => {
  it.each([
    ["2027-03-31", "2027-03-01T00:00:00Z", []],
    [
      "2027-03-31",
      "2027-03-02T00:00:00Z",
      ["access ends on 2027-03-31, in 29 days: have it renewed, or tell the client's owner"],
    ],
    [
      "2027-03-31",
      "2027-03-31T23:59:59Z",
      ["access ends on 2027-03-31, in 0 days: have it renewed, or tell the client's owner"],
    ],
    [
      "2027-03-31",
      "2027-04-01T00:00:00Z",
      ["access ended on 2027-03-31, and the client is refused: remove it, or have its access renewed"],
    ],
  ])("%s, seen on %s", (expires, today, warnings) => {
    expect(judged(expires, today)).toEqual({ warnings, rules: [] });
  });

  it("refuses a day that is none, and a day without a date to judge it by", () => {
    expect(judged("2027-13-01", "2027-01-01").rules).toEqual([
      "expires must be a date as YYYY-MM-DD: write it as in 2027-03-31",
    ]);
    expect(judged("2027-03-31").rules).toEqual([
      `expires needs a date to be judged against: ${SET_SYNTHESIS_DATE}`,
    ]);
  });
});
