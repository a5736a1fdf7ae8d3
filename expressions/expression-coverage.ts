/** Learns which branches of an expression run. */
export interface ExpressionCoverage {
  /**
   * Names a branch when the expression is compiled; the same one may be named again.
   *
   * @param start offset of what stands in the branch, or of what decides where nothing stands in it
   * @param branch which one it is, such as `else`
   * @returns called each time that the branch is taken
   */
  branch(start: number, end: number, branch: string): () => void;
}
