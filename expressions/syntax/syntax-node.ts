/** A node of the syntax tree, copied out of the parser's memory. */
export interface SyntaxNode {
  /** Node type of the tree-sitter grammar. */
  readonly type: string;
  readonly text: string;
  /** Offset into the parsed text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Named children, comments left out. */
  readonly children: readonly SyntaxNode[];
  /** Named and anonymous children that carry a field name. */
  readonly fields: Readonly<Record<string, SyntaxNode>>;
  /** Anonymous tokens, for what the grammar tells by token alone: `out`, `params`, operators. */
  readonly tokens: readonly string[];
}
