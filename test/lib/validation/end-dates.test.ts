import { Construct } from "constructs";
import { endDates, recordEndDate } from "../../../lib/validation";
import { azureStack } from "../../support/azure-stack";

test("what constructs below record is listed once, the first end first", () => {
  const stack = azureStack();
  const part = new Construct(stack, "part");
  recordEndDate(part, { what: "b", endsOn: "2027-05-01" });
  recordEndDate(new Construct(part, "inner"), { what: "a", endsOn: "2026-12-24" });
  recordEndDate(stack, { what: "b", endsOn: "2027-05-01" });

  expect(endDates(stack)).toEqual([
    { what: "a", endsOn: "2026-12-24" },
    { what: "b", endsOn: "2027-05-01" },
  ]);
  expect(endDates(new Construct(stack, "empty"))).toEqual([]);
});
