import { readTestedLines } from "../../../simulator/page";

const LCOV = `SF:/home/me/coverage/dev/policy.api.xml
BRDA:3,0,0,0
DA:3,12
DA:4,0
end_of_record
SF:/home/me/coverage/prod/policy.api.xml
DA:3,0
end_of_record
`;

describe("readTestedLines", () => {
  it("knows how often tests reached a line, of the stacks that run", () => {
    const tested = readTestedLines(LCOV, ["dev"]);
    expect([3, 4, 5].map((line) => tested("policy.api", line))).toEqual([12, 0, undefined]);
    expect(readTestedLines(LCOV, ["prod"])("policy.api", 3)).toBe(0);
  });

  it("knows nothing of documents of other stacks", () => {
    expect(readTestedLines(LCOV, ["test"])("policy.api", 3)).toBeUndefined();
    expect(readTestedLines(LCOV, ["dev"])("policy.product", 3)).toBeUndefined();
  });
});
