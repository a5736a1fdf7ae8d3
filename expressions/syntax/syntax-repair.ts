import type { SyntaxNode } from "./syntax-node";

/** Operators that C# puts below a pattern. */
const BELOW_PATTERN = new Set(["&&", "||", "==", "!=", "&", "|", "^", "??"]);

/** Where a postfix form (`.b`, `[1]`, `(x)`, `?.b`) holds what it is applied to. */
const POSTFIX_TARGETS: Readonly<Record<string, string>> = {
  member_access_expression: "expression",
  invocation_expression: "function",
  element_access_expression: "expression",
  conditional_access_expression: "condition",
};

/** Puts right what the grammar, which knows no types, reads differently from C#. */
export function repairSyntax(node: SyntaxNode): SyntaxNode {
  switch (node.type) {
    case "is_pattern_expression":
      return patternBeforeOperators(node);
    case "binary_expression":
      return genericCallAfterCast(node);
    default:
      return postfixBeforePrefix(node);
  }
}

/** The node with `old` exchanged for `replacement` among its children and fields. */
function exchange(node: SyntaxNode, old: SyntaxNode, replacement: SyntaxNode): SyntaxNode {
  const fields: Record<string, SyntaxNode> = {};
  for (const [name, child] of Object.entries(node.fields)) {
    fields[name] = isSame(child, old) ? replacement : child;
  }
  return {
    ...node,
    ...extent(node, replacement),
    fields,
    children: node.children.map((child) => (isSame(child, old) ? replacement : child)),
  };
}

function isSame(a: SyntaxNode, b: SyntaxNode): boolean {
  return a === b || (a.start === b.start && a.end === b.end && a.type === b.type);
}

/** Start, end and text of a node that has grown to hold `inner`. */
function extent(node: SyntaxNode, inner: SyntaxNode): Pick<SyntaxNode, "start" | "end" | "text"> {
  if (inner.start >= node.start && inner.end <= node.end) {
    return { start: node.start, end: node.end, text: node.text };
  }
  const start = Math.min(node.start, inner.start);
  const end = Math.max(node.end, inner.end);
  const [first, second] = node.start <= inner.start ? [node, inner] : [inner, node];
  const overlap = Math.max(0, first.end - second.start);
  const gap = " ".repeat(Math.max(0, second.start - first.end));
  return { start, end, text: first.end >= end ? first.text : first.text + gap + second.text.slice(overlap) };
}

/** `a is T && b` is read as `a is (T && b)`: the left end of the operand goes back under the `is`. */
function patternBeforeOperators(node: SyntaxNode): SyntaxNode {
  const { expression, pattern } = node.fields;
  const operand = pattern?.type === "constant_pattern" ? pattern.children[0] : undefined;
  if (expression === undefined || operand === undefined) {
    return node;
  }
  const rebuild = (inner: SyntaxNode): SyntaxNode => {
    const isConditional = inner.type === "conditional_expression";
    const leftmost = inner.fields[isConditional ? "condition" : "left"];
    const isLow =
      isConditional ||
      (inner.type === "binary_expression" && BELOW_PATTERN.has(inner.fields.operator?.text ?? ""));
    if (!isLow || leftmost === undefined) {
      const narrowed: SyntaxNode = {
        ...inner,
        type: "constant_pattern",
        children: [inner],
        fields: {},
        tokens: [],
      };
      return {
        ...node,
        end: inner.end,
        text: node.text.slice(0, inner.end - node.start),
        children: [expression, narrowed],
        fields: { expression, pattern: narrowed },
      };
    }
    return exchange(inner, leftmost, rebuild(leftmost));
  };
  return rebuild(operand);
}

/**
 * `(string)a.As<T>(b)` is read as `((string)a.As < T) > (b)`. C# takes `<T>` before `(` for type arguments, so
 * this is always the call.
 */
function genericCallAfterCast(node: SyntaxNode): SyntaxNode {
  const { left, right, operator } = node.fields;
  const less = left?.type === "binary_expression" && left.fields.operator?.text === "<" ? left : undefined;
  const { left: target, right: typeArgument } = less?.fields ?? {};
  if (operator?.text !== ">" || right === undefined || target === undefined || typeArgument === undefined) {
    return node;
  }
  const parentheses = leftmostPrimary(right);
  const method = rightmostMethod(target);
  const isCall = parentheses.type === "parenthesized_expression" || parentheses.type === "tuple_expression";
  if (!isCall || method === undefined) {
    return node;
  }
  const called = call(method, typeArgument, parentheses);
  const inner = replaceRightmost(target, method, applyPostfix(right, parentheses, called));
  return replaceLeftOperand(right, inner);
}

/** The operand at the left end of an expression, below binary operators and postfix forms. */
function leftmostPrimary(node: SyntaxNode): SyntaxNode {
  const inner =
    node.type === "binary_expression" ? node.fields.left : node.fields[POSTFIX_TARGETS[node.type] ?? ""];
  return inner === undefined ? node : leftmostPrimary(inner);
}

/** The name at the right end of an expression that ends in a cast. */
function rightmostMethod(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === "binary_expression" && node.fields.right !== undefined) {
    return rightmostMethod(node.fields.right);
  }
  if (node.type !== "cast_expression" || node.fields.value === undefined) {
    return undefined;
  }
  const { value } = node.fields;
  return value.type === "member_access_expression" ? value : rightmostMethod(value);
}

function replaceRightmost(node: SyntaxNode, old: SyntaxNode, replacement: SyntaxNode): SyntaxNode {
  if (node === old) {
    return replacement;
  }
  const inner = node.type === "binary_expression" ? node.fields.right : node.fields.value;
  return inner === undefined ? node : exchange(node, inner, replaceRightmost(inner, old, replacement));
}

function call(method: SyntaxNode, typeArgument: SyntaxNode, parentheses: SyntaxNode): SyntaxNode {
  const { name } = method.fields;
  if (name === undefined) {
    return method;
  }
  const typeList: SyntaxNode = {
    ...typeArgument,
    type: "type_argument_list",
    children: [typeArgument],
    fields: {},
  };
  const generic: SyntaxNode = {
    ...name,
    ...extent(name, typeArgument),
    type: "generic_name",
    children: [name, typeList],
    fields: {},
  };
  const wrap = (child: SyntaxNode): SyntaxNode => ({
    ...child,
    type: "argument",
    children: [child],
    fields: {},
    tokens: [],
  });
  const list: SyntaxNode = {
    ...parentheses,
    type: "argument_list",
    children: parentheses.children.map((child) => (child.type === "argument" ? child : wrap(child))),
    fields: {},
  };
  const target = exchange(method, name, generic);
  return {
    ...target,
    ...extent(target, list),
    type: "invocation_expression",
    children: [target, list],
    fields: { function: target, arguments: list },
    tokens: [],
  };
}

/** The postfix forms that stand on the parentheses, moved onto the call. */
function applyPostfix(node: SyntaxNode, old: SyntaxNode, replacement: SyntaxNode): SyntaxNode {
  if (node === old) {
    return replacement;
  }
  if (node.type === "binary_expression" && node.fields.left !== undefined) {
    return applyPostfix(node.fields.left, old, replacement);
  }
  const inner = node.fields[POSTFIX_TARGETS[node.type] ?? ""];
  return inner === undefined ? node : exchange(node, inner, applyPostfix(inner, old, replacement));
}

/** Binary operators that bind more tightly than `>` keep the rebuilt operand on their left. */
function replaceLeftOperand(node: SyntaxNode, replacement: SyntaxNode): SyntaxNode {
  const { left } = node.fields;
  return node.type === "binary_expression" && left !== undefined
    ? exchange(node, left, replaceLeftOperand(left, replacement))
    : replacement;
}

/** `(string)a.As<T>(b)?.c`, once repaired, has its `?.c` outside of the cast, where C# has it inside. */
function postfixBeforePrefix(node: SyntaxNode): SyntaxNode {
  const target = node.fields[POSTFIX_TARGETS[node.type] ?? ""];
  if (target === undefined) {
    return node;
  }
  const operand =
    target.type === "cast_expression"
      ? target.fields.value
      : target.type === "binary_expression"
        ? target.fields.right
        : undefined;
  return operand === undefined
    ? node
    : exchange(target, operand, postfixBeforePrefix(exchange(node, target, operand)));
}
