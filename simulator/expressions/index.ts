export type * from "./context";
export { BufferedBody, MessageBodyConsumedError } from "./buffered-body";
export {
  ExpressionBudgetError,
  type ExpressionPosition,
  type ExpressionProblem,
  ExpressionRuntimeError,
  ExpressionSyntaxError,
} from "./expression-error";
