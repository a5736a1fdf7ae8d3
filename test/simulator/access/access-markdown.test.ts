import { accessMarkdown, type AccessReport, readAccessMarkdown } from "../../../simulator/access";
import { factOf } from "../../../simulator/access/access-fact";

const IMPOSTORS = [
  factOf("impostor", "other audience", "401 unauthorized"),
  factOf("impostor", "other issuer", "allowed as okta/*"),
];

const REPORT: AccessReport = {
  version: 1,
  apis: [
    {
      gateway: "apim-one",
      api: "assistant",
      ways: [
        {
          credentials: ["token of https://id.example.com/", "subscription key"],
          callers: [
            {
              client: "claims",
              registered: true,
              acting: "for a user",
              facts: [
                factOf("proof", "aud", "api://a or api://b"),
                factOf("proof", "azp", "1"),
                factOf("call", "chat on chat", "allowed by dated and v1 URLs, with scp a or b"),
                factOf("call", "chat on mini", "403 forbidden"),
                factOf("call", "chat on other", "403 forbidden"),
                factOf("call", "models", "cannot tell: 500: set-variable: no such member"),
                factOf("request", "answers", "at most 4 for chat; any for completions"),
                factOf("limit", "requests per minute", "1,200"),
                factOf("shared", "requests per minute", "batch or okta/*"),
                factOf("account", "chat", "one, then two (1 of 3) or three (2 of 3)"),
                ...IMPOSTORS,
              ],
              alike: [{ client: "batch", proof: [factOf("proof", "azp", "2")] }],
            },
            {
              client: "okta/*",
              registered: false,
              acting: undefined,
              facts: [
                factOf("call", "chat on chat", "allowed"),
                factOf("impostor", "no audience", "allowed"),
                ...IMPOSTORS,
              ],
              alike: [],
            },
          ],
        },
      ],
      strangers: [factOf("impostor", "no credential", "401 unauthorized")],
      refusedKeys: [factOf("impostor", "key of subscription old", "let through; the account answers 403")],
      unknown: [factOf("unknown", "header x-key", "cannot tell: no credential is derived from it")],
    },
    { gateway: "apim-one", api: "closed", ways: [], strangers: [], unknown: [] },
  ],
};

const TEXT = accessMarkdown(REPORT, "Access: test", ["Who may call what."]);

describe("an access file", () => {
  it("holds all that the report says", () => {
    expect(readAccessMarkdown(TEXT)).toEqual(REPORT);
  });

  it("says what holds for all callers of a way once, and folds models that are refused alike", () => {
    expect(TEXT.match(/other audience/g)).toHaveLength(1);
    expect(TEXT).toContain("- chat on mini, other: 403 forbidden\n");
    expect(TEXT).toContain("\nThe same holds for\n\n- batch: azp 2\n");
  });

  it("may be an earlier one, in which keys stand with those who have none", () => {
    const earlier = TEXT.replace("\n\n### with a key that is refused\n", "");
    expect(earlier).not.toBe(TEXT);
    expect(readAccessMarkdown(earlier)).toEqual(REPORT);
  });

  it("is read only where every line is known", () => {
    expect(() => readAccessMarkdown(TEXT.replace("At most", "At least"))).toThrow(
      /line \d+: 'At least' is not a line of an access file/,
    );
  });
});
