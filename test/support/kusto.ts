import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
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

let loaded: Language | undefined;

/** Its scripts put themselves on the global object: they get one of their own. */
function language(): Language {
  const context = createContext({ console });
  for (const script of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
    const filename = require.resolve(`@kusto/language-service-next/${script}`);
    runInContext(readFileSync(filename, "utf8"), context, { filename });
  }
  return (context as unknown as { readonly Kusto: { readonly Language: Language } }).Kusto.Language;
}

/** What Microsoft's own language service finds wrong with a query, bound to the columns of {@link LOG_TABLES}. */
export function kustoProblems(query: string): readonly string[] {
  const { Symbols, GlobalState, KustoCode } = (loaded ??= language());
  const tables = Object.entries(LOG_TABLES).map(([name, columns]) => {
    const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`);
    return Symbols.TableSymbol.From(`(${schema.join(", ")})`).WithName(name);
  });
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("logs", tables));
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => found.getItem(index).Message);
}
