import fc from "fast-check";
import { accessChanges, accessMarkdown, accessOf } from "../../../simulator/access";
import { effort } from "../../support/effort";
import { smallGateway } from "../support/small-gateway";
import { type StackFixture, writeStack } from "../terraform/stack-fixture";

/** What a client may call, how often, and whether a policy of its own looks at its name. */
interface Rights {
  readonly model: "chat" | "mini";
  readonly limited: boolean;
  readonly special: boolean;
}

const CLIENTS = 8;
const TABLE = "case &quot;id/app-1&quot;: return &quot;batch&quot;;";
const ALLOWED = "case &quot;batch:chat:chat&quot;:";
const LIMITED = "(string)context.Variables[&quot;callerClientId&quot;] == &quot;batch&quot;";

/** The small gateway with more clients, who come with tokens. */
function gatewayOf(rights: readonly Rights[]): StackFixture {
  const fixture = structuredClone(smallGateway());
  const policies = fixture.resource?.["azurerm_api_management_api_policy"] as Record<
    string,
    { xml_content: string }
  >;
  const api = policies["api"];
  if (api === undefined) {
    throw new Error("the small gateway has no policy");
  }
  const name = (index: number): string => `team-${index}`;
  const cases = (text: (each: Rights, index: number) => string): string => rights.map(text).join(" ");
  const limited = rights.flatMap(({ limited: is }, index) => (is ? [`&quot;${name(index)}&quot;`] : []));
  const special = rights.flatMap(({ special: is }, index) =>
    is ? [`case &quot;${name(index)}:embeddings:embeddings&quot;:`] : [],
  );
  api.xml_content = api.xml_content
    .replace(
      TABLE,
      `${TABLE} ${cases((_, index) => `case &quot;id/team-app-${index}&quot;: return &quot;${name(index)}&quot;;`)}`,
    )
    .replace(
      ALLOWED,
      `${ALLOWED} ${cases(({ model }, index) => `case &quot;${name(index)}:chat:${model}&quot;:`)} ${special.join(" ")}`,
    )
    .replace(
      LIMITED,
      `new[] { ${["&quot;batch&quot;", ...limited].join(", ")} }.Contains((string)context.Variables[&quot;callerClientId&quot;])`,
    );
  return fixture;
}

const RIGHTS: fc.Arbitrary<readonly Rights[]> = fc.array(
  fc.record({
    model: fc.constantFrom("chat" as const, "mini" as const),
    limited: fc.boolean(),
    special: fc.boolean(),
  }),
  { minLength: CLIENTS, maxLength: CLIENTS },
);

it("loses nothing where one of each class is tried for all", async () => {
  await fc.assert(
    fc.asyncProperty(RIGHTS, async (rights) => {
      const stack = writeStack("classes", gatewayOf(rights));
      const folded = await accessOf(stack, { maxTriedCallers: 2 });
      const tried = await accessOf(stack, { maxTriedCallers: Infinity });
      expect(accessChanges(tried, folded)).toEqual([]);
      expect(accessMarkdown(folded, "Access", [])).toBe(accessMarkdown(tried, "Access", []));
    }),
    { numRuns: 2 * effort },
  );
});

it("says once what holds for callers with equal rights", async () => {
  const rights = Array.from({ length: CLIENTS }, (_, index) => ({
    model: "chat" as const,
    limited: index % 2 === 0,
    special: false,
  }));
  const report = await accessOf(writeStack("classes", gatewayOf(rights)), { maxTriedCallers: 2 });
  const callers = report.apis.flatMap(({ ways }) => ways.flatMap((way) => way.callers));
  expect(callers.map(({ client, alike }) => [client, alike.map((each) => each.client)])).toEqual([
    ["claims", []],
    ["batch", []],
    ["team-0", ["team-2", "team-4", "team-6"]],
    ["team-1", ["team-3", "team-5", "team-7"]],
  ]);
  expect(callers[2]?.alike[0]?.proof.map(({ subject, value }) => `${subject} ${value}`)).toEqual([
    "azp team-app-2",
  ]);
});
