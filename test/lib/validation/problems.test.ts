import { Lazy, TerraformStack, Testing } from "cdktf";
import { describeProblem, Problems, ValidationError } from "../../../lib/validation/problems";

const token = Lazy.stringValue({ produce: () => "known to Terraform only" });
const number = Lazy.numberValue({ produce: () => 7 });
const PROBLEM = { rule: "name must be short", remedy: "shorten it" };

describe("Problems", () => {
  it("are thrown together, a line for each: construct path, rule, value, remedy", () => {
    const problems = new Problems(new TerraformStack(Testing.app(), "prod"), "gateway");
    problems.add({ ...PROBLEM, value: "a long name" });
    problems.add({ rule: "identity must be given", remedy: "make a WorkloadIdentity" });
    expect(() => problems.throwIfAny()).toThrow(
      new ValidationError("prod/gateway", [
        { ...PROBLEM, value: "a long name" },
        { rule: "identity must be given", remedy: "make a WorkloadIdentity" },
      ]),
    );
    expect(() => problems.throwIfAny()).toThrow(
      '[prod/gateway] name must be short, got "a long name": shorten it\n' +
        "[prod/gateway] identity must be given: make a WorkloadIdentity",
    );
  });

  it("are of the app if no construct is named", () => {
    const problems = new Problems(Testing.app());
    problems.add(PROBLEM);
    expect(() => problems.throwIfAny()).toThrow("[app] name must be short: shorten it");
  });

  it("throw nothing if there are none", () => {
    const problems = new Problems("prod");
    problems.check(true, PROBLEM);
    expect(() => problems.throwIfAny()).not.toThrow();
  });

  it.each([
    ["a pattern", token, false],
    ["a literal", token, true],
  ] as const)("of %s: a token is one only where a literal is needed", (kind, value, isProblem) => {
    const problems = new Problems("prod");
    if (kind === "a pattern") {
      problems.checkPattern(value, /^[a-z]$/, PROBLEM);
    } else {
      problems.checkLiteral(value, /./, PROBLEM);
    }
    expect(problems.any).toBe(isProblem);
  });

  it.each(["checkPattern", "checkLiteral"] as const)("%s reports what does not match", (method) => {
    const problems = new Problems("prod");
    problems[method]("A", /^[a-z]$/, PROBLEM);
    problems[method]("a", /^[a-z]$/, PROBLEM);
    expect(problems.all).toEqual([{ ...PROBLEM, value: "A" }]);
  });

  it.each(["checkPattern", "checkLiteral"] as const)("%s reports what JavaScript left out", (method) => {
    const problems = new Problems("prod");
    problems[method](undefined as unknown as string, /^[a-z]+$/, PROBLEM);
    expect(problems.all.map(describeProblem)).toEqual(["name must be short: shorten it"]);
  });

  it.each([
    [0, true],
    [1, false],
    [5, false],
    [6, true],
    [1.5, true],
    [Number.NaN, true],
    [number, false],
  ])("of a range of 1 to 5 with %d: %s", (value, isProblem) => {
    const problems = new Problems("prod");
    problems.checkRange(value, 1, 5, PROBLEM);
    expect(problems.any).toBe(isProblem);
  });
});
