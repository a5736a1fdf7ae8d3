import { accessChanges, type AccessFact, describeChange } from "../../../simulator/access";
import { factOf } from "../../../simulator/access/access-fact";
import { changesOfCaller, reportOfCaller } from "./one-caller";

const ANSWER = "; the account answers 404 DeploymentNotFound";

/** A client that may call chat, and of whose other call something is known, or nothing. */
const facts = (value: string | undefined): readonly AccessFact[] => [
  factOf("call", "chat", "allowed"),
  ...(value === undefined ? [] : [factOf("call", "any", value)]),
];

const changes = (before: string | undefined, after: string | undefined): readonly string[] =>
  changesOfCaller(facts(before), facts(after));

describe("changes of a call", () => {
  it.each([
    [undefined, "allowed by v1 URLs", "+ claims may now call any by v1 URLs"],
    [undefined, `let through by v1 URLs${ANSWER}`, `+ claims may now call any: let through by v1 URLs${ANSWER}`],
    ["403", `let through${ANSWER}`, `+ claims may now call any: let through${ANSWER}`],
    [`let through${ANSWER}`, "allowed", "+ claims may now call any"],
    ["allowed", `let through${ANSWER}`, `- claims may no longer call any: let through${ANSWER}`],
    [`let through${ANSWER}`, "403 forbidden", "- claims is no longer let through calling any: 403 forbidden"],
    [`let through${ANSWER}`, undefined, "- claims is no longer let through calling any"],
    [undefined, "403", "~ claims stays out, now tried with: calling any"],
    [undefined, "cannot tell: 500: no", "? claims calling any: cannot tell: 500: no"],
    ["403", "403 by dated URLs; cannot tell: no by v1 URLs", "? claims calling any: 403 by dated URLs; cannot tell: no by v1 URLs"],
  ])("from %s to %s are said", (before, after, expected) => {
    expect(changes(before, after)).toEqual([expected]);
  });

  it.each([
    [`let through by dated URLs${ANSWER}`, `let through by dated and v1 URLs${ANSWER}`, "+"],
    [`allowed by dated URLs; let through by v1 URLs${ANSWER}`, "allowed by dated and v1 URLs", "+"],
    ["allowed by dated and v1 URLs", `allowed by dated URLs; let through by v1 URLs${ANSWER}`, "-"],
    [`let through by v1 URLs, with scp a${ANSWER}`, `let through by v1 URLs${ANSWER}`, "+"],
    [`let through${ANSWER}`, "let through; the backend answers 500", "~"],
  ])("from %s to %s have the mark of what is let through", (before, after, mark) => {
    const [only, ...others] = changes(before, after);
    expect(only?.[0]).toBe(mark);
    expect(others).toEqual([]);
  });

  it("are said of a new caller, too", () => {
    const after = reportOfCaller(facts(`let through${ANSWER}`));
    const before = { ...after, apis: after.apis.map((api) => ({ ...api, ways: [] })) };
    expect(accessChanges(before, after).map(describeChange)).toEqual([
      "+ claims may now call chat by subscription key",
      `+ claims may now call any: let through${ANSWER}`,
    ]);
  });
});
