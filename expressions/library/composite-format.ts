import type { CsValue } from "../values/cs-value";
import { formatError } from "../values/exception";
import { align, formatValue } from "../values/text";

const ITEM = /^\{\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?(?::((?:[^{}]|\{\{|\}\})*))?\}/;

/**
 * `string.Format`.
 *
 * Source: https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting
 *
 * @throws System.FormatException
 */
export function formatComposite(format: string, args: readonly CsValue[]): string {
  let text = "";
  for (let position = 0; position < format.length;) {
    const symbol = format[position] ?? "";
    if ((symbol === "{" || symbol === "}") && format[position + 1] === symbol) {
      text += symbol;
      position += 2;
      continue;
    }
    if (symbol !== "{" && symbol !== "}") {
      text += symbol;
      position++;
      continue;
    }
    const match = ITEM.exec(format.slice(position));
    if (match === null) {
      throw formatError();
    }
    const [all, index = "0", alignment = "0", itemFormat] = match;
    const value = args[Number(index)];
    if (value === undefined) {
      throw formatError(
        "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
      );
    }
    text += align(formatValue(value, itemFormat ?? null), Number(alignment));
    position += all.length;
  }
  return text;
}
