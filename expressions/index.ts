export type * from "./context";
export { BufferedBody, MessageBodyConsumedError } from "./buffered-body";
export {
  ExpressionBudgetError,
  type ExpressionPosition,
  type ExpressionProblem,
  ExpressionRuntimeError,
  ExpressionSyntaxError,
  ExpressionUnsupportedError,
} from "./expression-error";
export type { ExpressionCoverage } from "./expression-coverage";
export { type CompiledExpression, compileExpression, isExpression } from "./compiled-expression";
export { parsedCSharp } from "./syntax/parsed-source";
export { initializeExpressions } from "./syntax/parser";
export type { SyntaxNode } from "./syntax/syntax-node";
export { flattenClaims, jwtFromParts } from "./jwt";
export { fromHost } from "./host-value";
export { toBoolean, toNumber } from "./result";
export { CsNumber, CsObject, type CsValue, double } from "./values/cs-value";
export { toText, typeName } from "./values/text";
export { RegexBacktracking } from "./values/regex-backtracking";
