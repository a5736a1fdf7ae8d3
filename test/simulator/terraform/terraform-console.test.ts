import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HclEvaluationError } from "../../../simulator/terraform/hcl-evaluation-error";
import { evaluateHcl } from "../../../simulator/terraform/hcl-evaluator";
import { parseTemplate } from "../../../simulator/terraform/hcl-parser";
import { hclString } from "../../../simulator/terraform/hcl-value";

const rows = readFileSync(join(__dirname, "terraform-console.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split("\t"));

function consoleOutput(expression: string): string {
  try {
    return hclString(
      evaluateHcl(parseTemplate(`\${jsonencode(${expression})}`), (name) => {
        throw new HclEvaluationError(`no '${name}' here`);
      }),
    );
  } catch (error) {
    expect(error).toBeInstanceOf(HclEvaluationError);
    return "error";
  }
}

test.each(rows)("%s is %s, as in Terraform", (expression = "", expected = "") => {
  expect(consoleOutput(expression)).toBe(expected);
});
