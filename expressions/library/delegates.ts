import type { TypeDeclaration } from "../types/type-declaration";

/** What lambdas become. APIM's list names none of them, so expressions use them only as arguments. */
export const delegateTypes: readonly TypeDeclaration[] = [
  "delegate TResult Func<out TResult>()",
  "delegate TResult Func<in T, out TResult>(T arg)",
  "delegate TResult Func<in T1, in T2, out TResult>(T1 arg1, T2 arg2)",
  "delegate TResult Func<in T1, in T2, in T3, out TResult>(T1 arg1, T2 arg2, T3 arg3)",
  "delegate void Action<in T>(T obj)",
  "delegate bool Predicate<in T>(T obj)",
  "delegate int Comparison<in T>(T x, T y)",
].map((header) => ({ namespace: "System", header, unnameable: true }));
