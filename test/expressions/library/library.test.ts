import { initializeExpressions } from "../../../expressions";
import { addLibrary } from "../../../expressions/library";
import { registry } from "../../../expressions/types/type-registry";
import { UNNAMED } from "../../../expressions/values/cs-type";

beforeAll(async () => {
  await initializeExpressions();
  addLibrary();
});

/** Types that APIM lists and the simulator lacks: expressions that use them are refused. */
const ABSENT = [
  "XDocumentType",
  "XNodeEqualityComparer",
  "RSA",
  "SymmetricAlgorithm",
  "TimeZoneInfo",
  "JConstructor",
];

/** A sample of what APIM does not list; the whole point of the list is that these do not resolve. */
const FORBIDDEN = [
  "Console",
  "Environment",
  "File",
  "HttpClient",
  "Process",
  "Thread",
  "Activator",
  "Type",
  "GC",
];

test("every declaration can be read", () => {
  const counts = [...registry.definitions()].map(
    (definition) => definition.members().length + definition.supertypes().length,
  );
  expect(counts.length).toBeGreaterThan(100);
});

const UNNAMED_KINDS: Readonly<Record<string, string>> = {
  constructor: UNNAMED.constructors,
  conversion: UNNAMED.conversions,
  indexer: UNNAMED.indexers,
  operator: UNNAMED.operators,
};

test("members are found by their names, and by their kinds where they have none", () => {
  for (const definition of registry.definitions()) {
    for (const member of definition.members()) {
      const name = "name" in member ? member.name : (UNNAMED_KINDS[member.kind] ?? "");
      expect(definition.membersNamed(name)).toContain(member);
    }
  }
});

test.each([...ABSENT, ...FORBIDDEN])("there is no type %s", (name) => {
  expect(registry.find("", name, 0)).toBeUndefined();
});

test("no type lets an expression reach reflection", () => {
  const names = [...registry.definitions()].flatMap((definition) =>
    definition.members().flatMap((member) => ("name" in member ? [member.name] : [])),
  );
  expect(names).not.toEqual(expect.arrayContaining(["GetType"]));
});

test("DateTime has only the members that APIM allows", () => {
  const allowed = [
    "Add",
    "AddDays",
    "AddHours",
    "AddMilliseconds",
    "AddMinutes",
    "AddMonths",
    "AddSeconds",
    "AddTicks",
    "AddYears",
    "Date",
    "Day",
    "DayOfWeek",
    "DayOfYear",
    "DaysInMonth",
    "Hour",
    "IsDaylightSavingTime",
    "IsLeapYear",
    "MaxValue",
    "Millisecond",
    "Minute",
    "MinValue",
    "Month",
    "Now",
    "Parse",
    "Second",
    "Subtract",
    "Ticks",
    "TimeOfDay",
    "Today",
    "ToString",
    "UtcNow",
    "Year",
  ];
  const members = registry.requireDefinition("System.DateTime").members();
  const names = members.flatMap((member) => ("name" in member ? [member.name] : []));
  expect([...new Set(names)].sort()).toEqual(allowed.sort());
});
