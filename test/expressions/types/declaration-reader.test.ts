import type { TypeDeclaration } from "../../../expressions/types/type-declaration";
import { TypeRegistry } from "../../../expressions/types/type-registry";
import type { CsType, Member } from "../../../expressions/values/cs-type";

const run = (): null => null;

function registryWith(declaration: Omit<TypeDeclaration, "namespace">): TypeRegistry {
  const registry = new TypeRegistry();
  registry.add([
    { namespace: "System", header: "class Object" },
    { namespace: "System", header: "struct Int32" },
    { namespace: "System", header: "struct Boolean" },
    { namespace: "System", header: "class String" },
    { namespace: "System", header: "class List<T>" },
    { namespace: "System", header: "delegate TResult Func<in T, out TResult>(T arg)" },
    { namespace: "Test", ...declaration },
  ]);
  return registry;
}

function memberOf(
  declaration: string,
  implementation: NonNullable<TypeDeclaration["members"]>[string],
): Member {
  const registry = registryWith({ header: "class Thing<T>", members: { [declaration]: implementation } });
  const [member] = registry.requireDefinition("Test.Thing", 1).members();
  return member as Member;
}

/** As C# writes it. */
function written(member: Member): string {
  const parameters = ("parameters" in member ? member.parameters : [])
    .map(({ mode, type, name, defaultValue }) =>
      `${mode} ${type.display} ${name} ${defaultValue === undefined ? "" : JSON.stringify(defaultValue.value)}`.trim(),
    )
    .join("; ");
  const types = (["type", "returnType", "from", "to"] as const)
    .map((key) => (member as unknown as Record<string, CsType | undefined>)[key]?.display)
    .filter((display) => display !== undefined);
  return `${member.kind} ${types.join(" to ")} (${parameters})`;
}

describe("declarationReader", () => {
  it.each([
    ["int Count { get; }", "property int ()"],
    ["static T[] Items { get; }", "property T[] ()"],
    ["T this[int index] { get; set; }", "indexer T (value int index)"],
    ["Thing()", "constructor  ()"],
    ["Thing(params List<T>[] items)", "constructor  (params List<T>[] items)"],
    ["bool TryGet(int? key, out T item)", "method bool (value int? key; out T item)"],
    ["T As<R>(bool keep = false)", "method T (value bool keep false)"],
    ["List<R> Map<R>(Func<T, R> by)", "method List<R> (value Func<T, R> by)"],
    ["void Clear()", "method void ()"],
    ["static bool operator !=(Thing<T> a, T b)", "operator bool (value Thing<T> a; value T b)"],
    ["static implicit operator Thing<T>(T item)", "conversion T to Thing<T> ()"],
    ["static explicit operator int(Thing<T> it)", "conversion Thing<T> to int ()"],
  ])("reads %s", (declaration, expected) => {
    expect(written(memberOf(declaration, run))).toBe(expected);
  });

  it("tells what is static, an extension or a constant", () => {
    expect(memberOf("static int Count(this Thing<T> it, int n)", run)).toMatchObject({
      isStatic: true,
      isExtension: true,
      implementation: run,
    });
    expect(memberOf("const int Max", 7)).toMatchObject({ isStatic: true, constant: { value: 7 } });
    const set = (): null => null;
    expect(memberOf("int Length { get; set; }", { get: run, set })).toMatchObject({ get: run, set });
  });

  it("reads supertypes and signatures", () => {
    const thing = registryWith({ header: "class Thing<T> : List<List<T>>" }).require("Test.Thing", 1);
    expect(thing.supertypes.map(({ display }) => display)).toEqual(["List<List<T>>"]);
    const { parameters, returnType } = registryWith({ header: "class Other" })
      .requireDefinition("System.Func", 2)
      .signature() ?? { parameters: [] };
    expect([...parameters, returnType].map((type) => type?.display)).toEqual(["T", "TResult"]);
  });

  it.each([
    ["Text Name { get; }", `"Text Name { get; }" in the library lacks the type Text.`],
    ["int Name { get }", `lacks ';' before '}'.`],
    ["int Name() { }", `lacks an end before '{'.`],
    ["int Name(int)", `lacks a name in the place of ')'.`],
    ["int Name(int n = 1)", `lacks a default value in the place of '1'.`],
  ])("a mistake in the library is an error: %s", (declaration, message) => {
    expect(() => memberOf(declaration, run)).toThrow(message);
  });
});
