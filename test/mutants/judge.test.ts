import { dev } from "../support/reference-environments";
import { synthesized } from "../support/simulation";
import { Judge } from "./judge";
import type { Mutant } from "./mutant";
import { mutantsOf } from "./survivors";

const { json } = synthesized("dev");
const mutants = mutantsOf(json);
let judge: Judge;

beforeAll(async () => {
  judge = await Judge.of(dev, json, (name) => /claims: (?:key|key, model not granted)$/.test(name));
});

afterAll(() => judge.dispose());

/** The first change by one operator of which this is a part. */
function mutant(operator: string, part: string): Mutant {
  const found = mutants.find((each) => each.operator === operator && each.change.includes(part));
  if (found === undefined) {
    throw new Error(`no ${operator} ${part}`);
  }
  return found;
}

test.each([
  ["a house check", "flip", "app_role_assignment_required", { noticedBy: "H-57" }],
  [
    "a case of the demonstration",
    "always",
    '["refusal"]) != "")',
    { noticedBy: expect.stringMatching(/^dev\/assistant claims: key/) as string },
  ],
])("a mutant is noticed by %s", async (_, operator, part, verdict) => {
  expect(await judge.judge(mutant(operator, part))).toEqual(verdict);
});

test.each([
  ["no case reaches", "refuse-nothing", "body-choices", "no request reaches it"],
  ["changes nothing that is simulated", "replace", "email_address", "nothing that is simulated changes"],
])("nobody is asked about a mutant that %s", async (_, operator, part, unasked) => {
  expect(await judge.judge(mutant(operator, part))).toEqual({ unasked });
});
