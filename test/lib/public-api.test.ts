import { join, relative, resolve } from "node:path";
import ts from "typescript";

const ROOT = resolve(__dirname, "../..");
/** What the packages show. */
const ENTRIES = [
  "lib/index.ts",
  "entries/azapi.ts",
  "entries/azuread.ts",
  "entries/contracts.ts",
  "entries/policy.ts",
  "entries/security-checks.ts",
  "simulator/index.ts",
].map((file) => join(ROOT, file));

/** Names of the interfaces that constructs, elements and functions take. */
const PROPS = /(?:Props|Options|Attributes)$/;
/** Our own modules, and packages whose classes and interfaces ours extend. */
const EXPLAINING = /^(?:\.|cdktf|constructs|azure-apim-simulator)/;
/** A page, or a standard. */
const SOURCE = /https:\/\/|\bRFC \d+/;

/** A member of an exported interface, or a public member of an exported class, that is declared in `lib`. */
interface Member {
  /** `AiGatewayProps.zones`. */
  readonly name: string;
  readonly file: string;
  readonly documentation: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly optional: boolean;
  readonly inherited: boolean;
}

interface Shown {
  readonly name: string;
  readonly documentation: string;
  /** Whether it is a class that makes resources, or the interface of somebody's props. */
  readonly isConstruct: boolean;
}

interface PublicApi {
  readonly members: readonly Member[];
  /** Names of what entries show without a word on what it is. */
  readonly undocumented: readonly string[];
  /** Whatever entries show, with what its comment says. */
  readonly symbols: readonly Shown[];
}

function publicApi(): PublicApi {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    ROOT,
  );
  const program = programOf(ENTRIES, { ...options, types: [] });
  const checker = program.getTypeChecker();
  const modules = ENTRIES.flatMap((entry) => {
    const file = program.getSourceFile(entry);
    return (file && checker.getSymbolAtLocation(file)) ?? [];
  });
  const found = new Map<ts.Symbol, Member>();
  const undocumented: string[] = [];
  const symbols: Shown[] = [];
  for (const exported of modules.flatMap((module) => checker.getExportsOfModule(module))) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const says = symbol.getJsDocTags(checker).some(({ name }) => name === "returns");
    if (symbol.getDocumentationComment(checker).length === 0 && !says) {
      undocumented.push(symbol.name);
    }
    symbols.push({
      name: symbol.name,
      documentation: commentOf(checker, symbol),
      isConstruct: PROPS.test(symbol.name) || isConstruct(checker, symbol),
    });
    for (const declaration of symbol.declarations ?? []) {
      if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) {
        continue;
      }
      for (const node of declaration.members) {
        const member = node.name && checker.getSymbolAtLocation(node.name);
        if (!member || !isPublic(node)) {
          continue;
        }
        const described = describeMember(checker, symbol.name, member, declaration, node);
        if (!described.tags.has("internal")) {
          found.set(member, described);
        }
      }
    }
  }
  return { members: [...found.values()], undocumented, symbols };
}

/** A program without the packages that explain nothing of what is shown: to read all takes twice as long. */
function programOf(entries: readonly string[], options: ts.CompilerOptions): ts.Program {
  const host = ts.createCompilerHost(options);
  const cache = ts.createModuleResolutionCache(ROOT, (path) => path, options);
  host.resolveModuleNameLiterals = (names, file) =>
    names.map(({ text }) =>
      EXPLAINING.test(text)
        ? ts.resolveModuleName(text, file, options, host, cache)
        : { resolvedModule: undefined },
    );
  return ts.createProgram(entries, options, host);
}

/** Whether it is a class below `Construct`. */
function isConstruct(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  if ((symbol.flags & ts.SymbolFlags.Class) === 0) {
    return false;
  }
  const [base] = checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType);
  return base !== undefined && (base.symbol.name === "Construct" || isConstruct(checker, base.symbol));
}

/** All of a comment, tags included. */
function commentOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const tags = symbol
    .getJsDocTags(checker)
    .map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`);
  return [ts.displayPartsToString(symbol.getDocumentationComment(checker)), ...tags].join("\n");
}

function isPublic(node: ts.ClassElement | ts.TypeElement): boolean {
  const flags = ts.getCombinedModifierFlags(node);
  return (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

function describeMember(
  checker: ts.TypeChecker,
  owner: string,
  member: ts.Symbol,
  declaration: ts.InterfaceDeclaration | ts.ClassDeclaration,
  node: ts.ClassElement | ts.TypeElement,
): Member {
  const tags = new Map(
    member.getJsDocTags(checker).map(({ name, text }) => [name, ts.displayPartsToString(text)] as const),
  );
  return {
    name: `${owner}.${member.name}`,
    file: relative(ROOT, node.getSourceFile().fileName),
    documentation: ts.displayPartsToString(member.getDocumentationComment(checker)),
    tags,
    optional: (member.flags & ts.SymbolFlags.Optional) !== 0,
    inherited: isInherited(checker, member.name, declaration),
  };
}

/** What a class implements or an interface narrows is explained where it comes from. */
function isInherited(
  checker: ts.TypeChecker,
  name: string,
  { heritageClauses = ts.factory.createNodeArray() }: ts.InterfaceDeclaration | ts.ClassDeclaration,
): boolean {
  return heritageClauses
    .flatMap(({ types }) => [...types])
    .some((type) => checker.getTypeAtLocation(type).getProperty(name) !== undefined);
}

let api: PublicApi;

beforeAll(() => {
  api = publicApi();
});

test("every class, interface, type and function that entries show says what it is", () => {
  expect(api.undocumented).toEqual([]);
});

/** What is ours alone: no page of anybody else says what it is. What it stands on names its own. */
const OF_THE_HOUSE: readonly string[] = [
  "AuthBindOptions",
  "ClientIdentityOptions",
  "CostQueryProps",
  "OpenAiPlatform",
  "OpenAiPlatformAccountOptions",
  "OpenAiPlatformAlertOptions",
  "OpenAiPlatformApiOptions",
  "OpenAiPlatformProps",
  "OpenAiPlatformQueueOptions",
  "OpenAiPlatformSemanticCacheOptions",
  "ReadContractsOptions",
  "SecurityChecksProps",
  "AccessOptions",
  "ClockProps",
  "CallOptions",
  "SimulateOptions",
];

test("every construct names the page or the RFC that it follows; its props do, or it does for them", () => {
  const sourced = new Set(
    api.symbols
      .filter(({ documentation }) => SOURCE.test(documentation))
      .map(({ name }) => name.toLowerCase()),
  );
  const missing = api.symbols
    .filter((symbol) => symbol.isConstruct)
    .map(({ name }) => name)
    .filter((name) => [name, name.replace(PROPS, "")].every((each) => !sourced.has(each.toLowerCase())));
  expect([...missing].sort()).toEqual([...OF_THE_HOUSE].sort());
});

describe("every public member", () => {
  let all: readonly Member[];

  beforeAll(() => {
    all = api.members;
  });

  const names = (found: readonly Member[]): readonly string[] =>
    found.map(({ name, file }) => `${file}: ${name}`);

  it("is found", () => {
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["AiGatewayProps.sku", "IOpenAiAccount.grantInvoke", "GatewayClient.allow"]),
    );
  });

  it("says what it means, or at least what it returns", () => {
    expect(
      names(
        all.filter(
          ({ documentation, tags, inherited }) => !documentation && !tags.get("returns") && !inherited,
        ),
      ),
    ).toEqual([]);
  });

  it("that may be left out says what happens then", () => {
    const optional = all.filter(
      ({ optional: isOptional, file }) => isOptional && !file.startsWith("node_modules"),
    );
    expect(names(optional.filter(({ tags }) => !tags.get("default")))).toEqual([]);
  });

  it("names a default as a literal, or after a dash what happens", () => {
    const defaults = all.filter(({ tags }) => tags.has("default"));
    const LITERAL = /^(?:-?\d+(?:\.\d+)?|true|false|"[^"]*"|\[.*\])(?: - .+)?$|^- \S/s;
    expect(names(defaults.filter(({ tags }) => !LITERAL.test(tags.get("default") ?? "")))).toEqual([]);
  });
});
