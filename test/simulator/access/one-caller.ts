import { accessChanges, type AccessFact, type AccessReport, describeChange } from "../../../simulator/access";

/** What changes about client `claims`, of whom these facts are known before and after. */
export function changesOfCaller(before: readonly AccessFact[], after: readonly AccessFact[]): readonly string[] {
  return accessChanges(reportOfCaller(before), reportOfCaller(after)).map(describeChange);
}

/** A report in which client `claims` alone calls, with these facts. */
export function reportOfCaller(facts: readonly AccessFact[]): AccessReport {
  const caller = { client: "claims", registered: true, alike: [], facts };
  return {
    version: 1,
    apis: [
      {
        gateway: "apim-one",
        api: "assistant",
        strangers: [],
        unknown: [],
        ways: [{ credentials: ["subscription key"], callers: [caller] }],
      },
    ],
  };
}
