import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";

/** A test whose name begins with the ids of threats. */
export interface ThreatTest {
  readonly ids: readonly string[];
  /** Name of the file in `test/threats`, without `.test.ts`. */
  readonly file: string;
  /** Environments that it runs against, in the order of promotion. */
  readonly environments: readonly string[];
}

const FOLDER = resolve(__dirname, "../threats");
const ENVIRONMENTS = ["dev", "test", "prod"] as const;
const NAME = /^(?:T-\d{2,3}(?: |$))+/;

/** Functions whose first argument is the environment that they read or start. */
const TAKE_ENVIRONMENT = new Set(["start", "started", "of", "ofApi", "ofApiAlone", "synthesized"]);

/** Every test of `test/threats`, read from the source: what a test is called, and what it starts or reads. */
export function threatTests(): readonly ThreatTest[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap((name) => testsOf(name.replace(".test.ts", ""), readFileSync(join(FOLDER, name), "utf8")));
}

/** Calls that would keep a test from running, such as `test.skip`. */
export function skippedTests(): readonly string[] {
  return readdirSync(FOLDER).filter((name) =>
    /\b(?:x?(?:it|test|describe)\.(?:skip|todo|only|failing)|x(?:it|test|describe)|fit|fdescribe)\b/.test(
      readFileSync(join(FOLDER, name), "utf8"),
    ),
  );
}

function testsOf(file: string, text: string): readonly ThreatTest[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return nodesBelow(source)
    .filter((node) => isCallOf(node, ["test", "it"]))
    .filter((node) => !isCallOf(node.parent, ["test", "it"]) && idsOf(node).length > 0)
    .map((node) => ({ ids: idsOf(node), file, environments: environmentsOf(node) }));
}

/** Ids at the beginning of names: of the test itself, or of rows of its table. */
function idsOf(node: ts.Node): readonly string[] {
  const texts = [node, ...nodesBelow(node)].flatMap((each) =>
    ts.isStringLiteralLike(each) || ts.isTemplateHead(each) ? [each.text] : [],
  );
  return texts.flatMap((text) => NAME.exec(text)?.[0].trim().split(" ") ?? []);
}

/** Environments that the test names, that what it uses names, and that the blocks around it run in. */
function environmentsOf(test: ts.Node): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    if (seen.has(node)) {
      return;
    }
    seen.add(node);
    for (const each of [node, ...nodesBelow(node)]) {
      namedBy(each).forEach((name) => found.add(name));
      if (ts.isIdentifier(each)) {
        declarationsOf(each).forEach(visit);
      }
    }
  };
  visit(test);
  for (const block of blocksAround(test)) {
    const [table] = ts.isCallExpression(block.expression) ? block.expression.arguments : [];
    if (table) {
      visit(table);
    }
  }
  return ENVIRONMENTS.filter((name) => found.has(name));
}

/** Environments that one node names: as argument of what starts or reads one, or as a list. */
function namedBy(node: ts.Node): readonly string[] {
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    const isTaken = TAKE_ENVIRONMENT.has(lastName(node.expression) ?? "");
    return isTaken && first && ts.isStringLiteral(first) ? [first.text.replace(/-state$/, "")] : [];
  }
  if (!ts.isArrayLiteralExpression(node)) {
    return [];
  }
  const names = node.elements.map((each) =>
    ts.isStringLiteral(each) ? each.text.replace(/-state$/, "") : "",
  );
  return names.every((name) => ENVIRONMENTS.some((known) => known === name)) ? names : [];
}

/** Where a name of the file gets its value: the declaration nearest to its use, and for `let` what is assigned. */
function declarationsOf(use: ts.Identifier): readonly ts.Node[] {
  for (let scope: ts.Node = use.parent; ; scope = scope.parent) {
    const statements = ts.isBlock(scope) || ts.isSourceFile(scope) ? scope.statements : [];
    for (const statement of statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name?.text === use.text) {
        return [statement];
      }
      if (!ts.isVariableStatement(statement)) {
        continue;
      }
      const declaration = statement.declarationList.declarations.find(
        ({ name }) => ts.isIdentifier(name) && name.text === use.text,
      );
      if (declaration?.initializer) {
        return [declaration.initializer];
      }
      if (declaration) {
        return assignmentsTo(use.text, scope);
      }
    }
    if (ts.isSourceFile(scope)) {
      return [];
    }
  }
}

function assignmentsTo(name: string, scope: ts.Node): readonly ts.Node[] {
  return nodesBelow(scope).flatMap((node) =>
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    node.left.getText() === name
      ? [node.right]
      : [],
  );
}

function blocksAround(node: ts.Node): readonly ts.CallExpression[] {
  const around: ts.CallExpression[] = [];
  for (let parent = node.parent; !ts.isSourceFile(parent); parent = parent.parent) {
    if (isCallOf(parent, ["describe"])) {
      around.push(parent);
    }
  }
  return around;
}

function isCallOf(node: ts.Node, names: readonly string[]): node is ts.CallExpression {
  return ts.isCallExpression(node) && names.includes(firstName(node.expression) ?? "");
}

/** `test` of `test.each<Row>(table)`. */
function firstName(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) {
    return expression.text;
  }
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression)) {
    return firstName(expression.expression);
  }
  return undefined;
}

/** `start` of `SimulatedEnvironment.start`. */
function lastName(expression: ts.Expression): string | undefined {
  if (ts.isPropertyAccessExpression(expression)) {
    return expression.name.text;
  }
  return ts.isIdentifier(expression) ? expression.text : undefined;
}

function nodesBelow(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    found.push(child);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}
