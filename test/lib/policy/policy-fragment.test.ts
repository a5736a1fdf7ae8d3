import { base, includeFragment, setVariable } from "../../../lib/policy/elements";
import { PolicyFragment } from "../../../lib/policy/policy-fragment";

describe("PolicyFragment", () => {
  it("writes its policies", () => {
    expect(new PolicyFragment([setVariable("a", "b")]).render()).toMatch(
      /^<fragment>\n {2}<set-variable name="a" value="b" \/>\n {2}<set-variable name="policyDigest" value="[0-9a-f]{32}" \/>\n<\/fragment>\n$/,
    );
  });

  it.each([base(), includeFragment("other")])("refuses <$name>", (policy) => {
    expect(new PolicyFragment([policy]).problems()).toEqual([
      {
        rule: "a fragment cannot hold every policy",
        value: policy.name,
        remedy: "put it into the documents that include the fragment",
      },
    ]);
  });

  it("refuses more than 32 KiB", () => {
    const large = new PolicyFragment([setVariable("a", "x".repeat(32 * 1024))]);
    expect(large.problems()).toEqual([
      {
        rule: "the policy fragment must not exceed 32768 bytes",
        value: Buffer.byteLength(large.render()),
        remedy: "split the fragment",
      },
    ]);
  });
});
