import { initializeExpressions } from "../../../../expressions";
import { type CoveredPlace, PolicyCoverage, toLcov } from "../../../../simulator";
import { apiModel, gatewayModel } from "../../support/gateway-models";
import { FixedBackend, RunningGateway } from "../../support/running-gateway";

beforeAll(initializeExpressions);

const ADDRESS = "azurerm_api_management_api_policy.main";

/** A gateway with one document at the scope of its API, which counts. */
async function start(
  xml: string,
  coverage: PolicyCoverage,
  fragment = "<fragment />",
): Promise<RunningGateway> {
  const address = "azurerm_api_management_policy_fragment.shared";
  const model = gatewayModel({
    apis: [apiModel({ policy: { address: ADDRESS, xml } })],
    namedValues: [
      {
        address: "azurerm_api_management_named_value.who",
        displayName: "who",
        value: "context.Request.Method",
        secret: false,
      },
    ],
    fragments: [{ address, name: "shared", xml: fragment, format: "xml" }],
  });
  return RunningGateway.start(model, { "backend.example": new FixedBackend().handler }, {}, coverage);
}

function inbound(policies: string): string {
  return `<policies>\n  <inbound>\n${policies}\n  </inbound>\n  <backend><base /></backend>\n  <outbound />\n  <on-error />\n</policies>`;
}

/** Places of the document of the API, as `line:column kind what = text: count`. */
function placesIn(coverage: PolicyCoverage, address = ADDRESS): readonly string[] {
  const source = coverage.documents.get(address) ?? "";
  const text = ({ start, end }: CoveredPlace): string => source.slice(start, end).replace(/\s+/g, " ");
  return coverage.places
    .filter((place) => place.address === address)
    .map((place) => {
      const { line, column, kind, what, count } = place;
      return `${line}:${column} ${kind} ${what} = ${text(place).slice(0, 40)}: ${count}`;
    });
}

test("elements and arms are counted where they stand, and a choose without otherwise has an arm more", async () => {
  const coverage = new PolicyCoverage();
  const gateway = await start(
    inbound(
      '    <choose><when condition="@(context.Request.Method == &quot;PUT&quot;)"><set-method>GET</set-method></when></choose>',
    ),
    coverage,
  );
  await gateway.call("/api/ping");
  await gateway.call("/api/ping");
  expect(placesIn(coverage)).toEqual([
    '3:5 policy choose = <choose><when condition="@(context.Reque: 2',
    '3:5 arm no arm = <choose><when condition="@(context.Reque: 2',
    '3:13 arm when = <when condition="@(context.Request.Metho: 0',
    "3:76 policy set-method = <set-method>GET</set-method>: 0",
  ]);
});

test("branches stand where the document has them: entities, named values, line breaks, raw C# and texts", async () => {
  const coverage = new PolicyCoverage();
  const gateway = await start(
    inbound(
      [
        '    <set-variable name="a" value="@({{who}} == &quot;PUT&quot; &amp;&amp; {{who}} != &quot;&quot;',
        '      ? &quot;yes&quot; : &quot;no&quot;)" />',
        '    <set-body>@{ if ({{who}}.Length < 2) { return "b"; } return "c"; }</set-body>',
      ].join("\n"),
    ),
    coverage,
  );
  await gateway.call("/api/ping");
  expect(placesIn(coverage).filter((place) => place.includes(" branch "))).toEqual([
    "3:37 branch left of && decides = {{who}} == &quot;PUT&quot;: 1",
    "3:75 branch right of && = {{who}} != &quot;&quot;: 0",
    "4:9 branch after ? = &quot;yes&quot;: 0",
    "4:27 branch after : = &quot;no&quot;: 1",
    '5:18 branch no else = if ({{who}}.Length < 2) { return "b"; }: 1',
    '5:42 branch if = { return "b"; }: 0',
  ]);
});

test("a fragment is counted where it is written, for all who include it", async () => {
  const coverage = new PolicyCoverage();
  const include = '    <include-fragment fragment-id="shared" />\n';
  const gateway = await start(
    inbound(include + include),
    coverage,
    '<fragment>\n  <set-variable name="a" value="b" />\n</fragment>',
  );
  await gateway.call("/api/ping");
  expect(placesIn(coverage, "azurerm_api_management_policy_fragment.shared")).toEqual([
    '2:3 policy set-variable = <set-variable name="a" value="b" />: 2',
  ]);
});

test("what several simulations counted is added up, unless the documents differ", async () => {
  const [one, other, changed] = [new PolicyCoverage(), new PolicyCoverage(), new PolicyCoverage()];
  const xml = inbound("    <set-method>GET</set-method>");
  for (const [coverage, text] of [
    [one, xml],
    [other, xml],
    [changed, xml.replace("GET", "PUT")],
  ] as const) {
    await (await start(text, coverage)).call("/api/ping").catch(() => undefined);
  }
  one.add(other.record());
  one.add(changed.record());
  expect(placesIn(one)).toEqual(["3:5 policy set-method = <set-method>GET</set-method>: 2"]);
  one.reset();
  expect(placesIn(one)).toEqual(["3:5 policy set-method = <set-method>GET</set-method>: 0"]);
});

test("lcov has lines and branches of each document", async () => {
  const coverage = new PolicyCoverage();
  const gateway = await start(
    inbound('    <choose><when condition="@(false)"><set-method>GET</set-method></when></choose>'),
    coverage,
  );
  await gateway.call("/api/ping");
  const record = toLcov(coverage, (address) => `${address}.xml`)
    .split("end_of_record\n")
    .find((each) => each.includes(ADDRESS));
  expect(record?.split("\n")).toEqual([
    `SF:${ADDRESS}.xml`,
    "BRDA:3,0,0,1",
    "BRDA:3,0,1,0",
    "BRF:2",
    "BRH:1",
    "DA:3,1",
    "LF:1",
    "LH:1",
    "",
  ]);
});
