import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { version } from "@kusto/language-service-next/package.json";
import { keptResult } from "./kept-result";
import { LOG_TABLES } from "./log-tables";

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}

/** What is used of `Kusto.Language`, whose own types describe a global object. */
interface Language {
  readonly Symbols: {
    readonly TableSymbol: { From(schema: string): { WithName(name: string): object } };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly object[]) => object };
  };
  readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
  readonly KustoCode: {
    ParseAndAnalyze(
      query: string,
      globals: object,
    ): { GetDiagnostics(): List<{ readonly Message: string; readonly Severity: string }> };
  };
}

/** The language, and what queries are bound to: to read the columns anew takes longer than most queries do. */
let loaded: { readonly language: Language; readonly globals: object } | undefined;

function load(): NonNullable<typeof loaded> {
  const language = newLanguage();
  const { Symbols, GlobalState } = language;
  const tables = Object.entries(LOG_TABLES).map(([name, columns]) => {
    const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`);
    return Symbols.TableSymbol.From(`(${schema.join(", ")})`).WithName(name);
  });
  return {
    language,
    globals: GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("logs", tables)),
  };
}

/** Its scripts put themselves on the global object: they get one of their own. */
function newLanguage(): Language {
  const context = createContext({ console });
  for (const script of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
    const filename = require.resolve(`@kusto/language-service-next/${script}`);
    runInContext(readFileSync(filename, "utf8"), context, { filename });
  }
  return (context as unknown as { readonly Kusto: { readonly Language: Language } }).Kusto.Language;
}

/** What Microsoft's own language service finds wrong with a query, bound to the columns of {@link LOG_TABLES}. */
export function kustoProblems(query: string): readonly string[] {
  return keptResult("kusto-problems", __filename, [version, LOG_TABLES, query], () => {
    const { language, globals } = (loaded ??= load());
    const found = language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
    return Array.from({ length: found.Count }, (_, index) => found.getItem(index).Message);
  });
}
