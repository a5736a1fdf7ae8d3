import { KustoError, type KustoRow, runKusto } from "../../../simulator/log-analytics";

const NOW = Date.parse("2026-12-15T12:30:00Z");
const at = (time: string): Date => new Date(`2026-12-15T${time}:00Z`);

const CALLS = {
  columns: ["Time", "Client", "Tokens", "Properties"],
  rows: [
    { Time: at("10:00"), Client: "claims", Tokens: 10, Properties: { Api: "a", Tries: "2" } },
    { Time: at("11:00"), Client: "search", Tokens: 30, Properties: { Api: "b" } },
    { Time: at("12:00"), Client: "claims", Tokens: 5, Properties: { Api: "a" } },
  ],
};

function rows(query: string): readonly KustoRow[] {
  const functions = [
    { name: "Of", parameters: ["Name"], query: "Calls | where Client == Name | project Tokens" },
  ];
  return runKusto(query, { now: NOW, tables: { Calls: CALLS }, functions }).rows;
}

test.each<readonly [what: string, query: string, expected: readonly KustoRow[]]>([
  ["filters by spans of time", "Calls | where Time > ago(1h) | project Tokens", [{ Tokens: 5 }]],
  [
    "groups, and names columns as Kusto does",
    "Calls | summarize count(), sum(Tokens), max(Tokens) by Client | order by Client asc",
    [
      { Client: "claims", count_: 2, sum_Tokens: 15, max_Tokens: 10 },
      { Client: "search", count_: 1, sum_Tokens: 30, max_Tokens: 30 },
    ],
  ],
  [
    "computes with groups, also of nothing",
    "Calls | where false | summarize Calls = count(), Half = sum(Tokens) / 2, Last = max(Time)",
    [{ Calls: 0, Half: 0, Last: null }],
  ],
  [
    "reads members of dynamic columns",
    'Calls | where toint(Properties.Tries) > 1 | project tostring(Properties.Api), Second = Properties["Tries"]',
    [{ Properties_Api: "a", Second: "2" }],
  ],
  [
    "has tables of constants, unions and prints",
    'let one = datatable(Name: string, Amount: decimal) ["x", decimal(1.5), "y", decimal(null)];\nunion one, (print Name = "z") | where isnull(Amount)',
    [
      { Name: "y", Amount: null },
      { Name: "z", Amount: null },
    ],
  ],
  [
    "joins by columns of two names, and tells columns of one name apart",
    'let owners = datatable(Name: string, Tokens: long) ["claims", 7];\nCalls | join kind=inner owners on $left.Client == $right.Name | summarize sum(Tokens1), sum(Tokens)',
    [{ sum_Tokens1: 14, sum_Tokens: 15 }],
  ],
  [
    "keeps what has no match, and finds it",
    'let owners = datatable(Client: string) ["claims"];\nCalls | join kind=leftanti owners on Client | project Client',
    [{ Client: "search" }],
  ],
  [
    "keeps rows without a match where it is asked to",
    'let owners = datatable(Client: string, Owner: string) ["claims", "A"];\nCalls | join kind=leftouter owners on Client | where isempty(Owner) | project Client',
    [{ Client: "search" }],
  ],
  [
    "asks for one value, and for those of a table",
    "let most = toscalar(Calls | summarize max(Tokens));\nlet names = Calls | where Tokens < most | distinct Client;\nCalls | where Client in (names) | count",
    [{ Count: 2 }],
  ],
  ["calls functions with values", 'Of("search")', [{ Tokens: 30 }]],
  [
    "puts rows in an order, and takes some",
    "Calls | order by Client asc, Tokens desc | project Tokens | take 2",
    [{ Tokens: 10 }, { Tokens: 5 }],
  ],
  ["takes the largest", "Calls | top 1 by Tokens | project Client", [{ Client: "search" }]],
  [
    "tells terms from parts of them",
    'print Whole = "ai-gateway-audit x" has "audit", Part = "auditor" has "audit", In = "auditor" contains "AUDIT", None = "x" !has "y"',
    [{ Whole: true, Part: false, In: true, None: true }],
  ],
  [
    "computes with times",
    "print Day = startofday(now()), Month = startofmonth(now()), Hours = (now() - startofday(now())) / 1h, Bin = bin(now(), 1h)",
    [
      {
        Day: at("00:00"),
        Month: new Date("2026-12-01T00:00:00Z"),
        Hours: 12.5,
        Bin: at("12:00"),
      },
    ],
  ],
  [
    "decides",
    'print A = case(1 > 2, "a", 2 > 1, "b", "c"), B = iff(isnotnull(real(null)), 1, 2), C = coalesce(real(null), 0.5), D = not(true)',
    [{ A: "b", B: 2, C: 0.5, D: false }],
  ],
  [
    "binds and before or, and products before sums",
    "print A = true or false and false, B = 1 + 2 * 3 - 4 / 2, C = -(2 + 1)",
    [{ A: true, B: 5, C: -3 }],
  ],
  [
    "takes URLs apart",
    'print Host = parse_url("https://a.example/b?c=d").Host, Third = split("https://a.example/b", "/")[2]',
    [{ Host: "a.example", Third: "a.example" }],
  ],
  ["has no result of null", "print A = real(null) + 1, B = real(null) > 1", [{ A: null, B: false }]],
])("a query %s", (_what, query, expected) => {
  expect(rows(query)).toEqual(expected);
});

test.each([
  ["names no table", "Nothing | count", /Failed to resolve table expression named 'Nothing'/],
  ["names no column", "Calls | where Nothing == 1", /Failed to resolve scalar expression named 'Nothing'/],
  ["uses an operator that is not simulated", "Calls | mv-expand x", /operator 'mv' is not simulated/],
  ["uses a function that is not simulated", "print hash(1)", /function 'hash' is not simulated/],
  ["ends too early", "Calls | where", /'the end' is not expected/],
  ["holds what is no token", "Calls | where a ? b", /cannot be read at/],
  ["calls a function with too little", "Of()", /Of\(\) takes 1 arguments, got 0/],
])("a query that %s is refused", (_what, query, message) => {
  expect(() => rows(query)).toThrow(KustoError);
  expect(() => rows(query)).toThrow(message);
});
