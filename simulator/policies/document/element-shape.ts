import { isExpression } from "../../../expressions";
import type { AttributeShape, ChildShape, ElementShape, PolicyElementNode } from "../policy-compiler";

/** Reports one problem of an element. */
export type ReportProblem = (problem: string, node: PolicyElementNode) => void;

/**
 * Checks attributes, text and children against what the element may hold.
 * @returns whether nothing was reported
 */
export function checkShape(
  node: PolicyElementNode,
  shape: ElementShape,
  report: ReportProblem,
  isStrict = false,
): boolean {
  let good = true;
  const refuse = (problem: string): void => {
    good = false;
    report(problem, node);
  };
  checkAttributes(node, shape, refuse, isStrict);
  checkText(node, shape, refuse);
  if (shape.policies !== true) {
    good = checkChildren(node, shape.children ?? [], refuse, report, isStrict) && good;
  }
  return good;
}

function checkAttributes(
  node: PolicyElementNode,
  shape: ElementShape,
  refuse: (problem: string) => void,
  isStrict: boolean,
): void {
  const known = shape.attributes ?? {};
  for (const [name, value] of node.attributes) {
    const attribute = Object.hasOwn(known, name) ? known[name] : undefined;
    if (attribute === undefined) {
      const names = Object.keys(known);
      refuse(`has no attribute '${name}'; allowed: ${names.length === 0 ? "none" : names.join(", ")}`);
    } else {
      checkValue(name, value, attribute, refuse);
    }
  }
  for (const [name, attribute] of Object.entries(known)) {
    if (
      (attribute.required === true || (isStrict && attribute.required === "page")) &&
      !node.attributes.has(name)
    ) {
      refuse(`needs attribute '${name}'`);
    }
  }
  for (const group of shape.exactlyOne ?? []) {
    const present = group.filter((name) => node.attributes.has(name));
    if (present.length !== 1) {
      refuse(`needs exactly one of the attributes ${group.join(", ")}; has ${present.join(", ") || "none"}`);
    }
  }
}

function checkValue(
  name: string,
  value: string,
  shape: AttributeShape,
  refuse: (problem: string) => void,
): void {
  if (isExpression(value)) {
    if (shape.expression !== true) {
      refuse(`attribute '${name}' takes no policy expression`);
    }
    return;
  }
  if (shape.values !== undefined && !shape.values.includes(value)) {
    refuse(`attribute '${name}' is '${value}'; allowed: ${shape.values.join(", ")}`);
    return;
  }
  const type = shape.type ?? "string";
  if (type === "boolean" && !/^(true|false)$/i.test(value)) {
    refuse(`attribute '${name}' is '${value}'; allowed: true, false`);
  }
  if (type === "integer" || type === "number") {
    const pattern = type === "integer" ? /^\s*-?\d+\s*$/ : /^\s*-?\d+(\.\d+)?\s*$/;
    const number = Number(value);
    if (!pattern.test(value)) {
      refuse(`attribute '${name}' is '${value}', which is no ${type}`);
    } else if (number < (shape.min ?? -Infinity) || number > (shape.max ?? Infinity)) {
      refuse(`attribute '${name}' is ${number}; allowed: ${shape.min ?? "-∞"} to ${shape.max ?? "∞"}`);
    }
  }
}

function checkText(node: PolicyElementNode, shape: ElementShape, refuse: (problem: string) => void): void {
  const present = node.text.trim() !== "";
  if (present && (shape.text ?? "none") === "none") {
    refuse(`holds no text; found '${node.text.trim().slice(0, 40)}'`);
  }
  if (!present && shape.text === "required") {
    refuse("needs text");
  }
}

function checkChildren(
  node: PolicyElementNode,
  shapes: readonly ChildShape[],
  refuse: (problem: string) => void,
  report: ReportProblem,
  isStrict: boolean,
): boolean {
  let good = true;
  let last = -1;
  const names = shapes.map((shape) => shape.name).join(", ");
  for (const child of node.children) {
    const index = shapes.findIndex((shape) => shape.name === child.name);
    const shape = shapes[index];
    if (shape === undefined) {
      good = false;
      report(`is not allowed in <${node.name}>; allowed: ${names || "no child"}`, child);
      continue;
    }
    if (index < last) {
      good = false;
      report(`comes too late in <${node.name}>; the order is ${names}`, child);
    }
    last = Math.max(last, index);
    if (shape.shape !== undefined) {
      good = checkShape(child, shape.shape, report, isStrict) && good;
    }
  }
  for (const shape of shapes) {
    const count = node.children.filter((child) => child.name === shape.name).length;
    const min = (isStrict ? shape.pageMin : undefined) ?? shape.min ?? 0;
    if (count < min) {
      refuse(`needs at least ${min} <${shape.name}>; has ${count}`);
    }
    if (count > (shape.max ?? Infinity)) {
      refuse(`holds at most ${shape.max} <${shape.name}>; has ${count}`);
    }
  }
  return good;
}
