import { raise } from "../values/exception";
import { consume } from "../values/execution";
import { parseFilter } from "./path-filter";
import { JArray, JContainer, JObject, JProperty, type JToken } from "./token";

type Step = (tokens: Iterable<JToken>) => Iterable<JToken>;

function pathError(message: string): Error {
  return raise("Newtonsoft.Json.JsonException", message);
}

/** `[?( … )]`: the items for which the condition holds. */
function filter(source: string): Step {
  const condition = parseFilter(source, selectTokens);
  return function* (tokens) {
    for (const token of tokens) {
      for (const item of token.children()) {
        consume();
        if (condition({ item, root: token.root })) {
          yield item;
        }
      }
    }
  };
}

function field(name: string): Step {
  return function* (tokens) {
    for (const token of tokens) {
      const found = token instanceof JObject ? token.get(name) : null;
      if (found !== null) {
        yield found;
      }
    }
  };
}

function* values(token: JToken): Iterable<JToken> {
  for (const child of token.children()) {
    consume();
    yield child instanceof JProperty ? child.value : child;
  }
}

const wildcard: Step = function* (tokens) {
  for (const token of tokens) {
    yield* values(token);
  }
};

/** The token itself and everything below that is not a property. */
function* withDescendants(token: JToken): Iterable<JToken> {
  consume();
  yield token;
  if (token instanceof JContainer) {
    for (const descendant of token.descendants()) {
      if (!(descendant instanceof JProperty)) {
        yield descendant;
      }
    }
  }
}

const descend: Step = function* (tokens) {
  for (const token of tokens) {
    yield* withDescendants(token);
  }
};

function indexes(list: readonly number[]): Step {
  return function* (tokens) {
    for (const token of tokens) {
      for (const index of list) {
        // A negative index throws, one behind the end finds nothing.
        if (token instanceof JArray && index < token.items.length) {
          yield token.at(index);
        }
      }
    }
  };
}

function slice(start: number | undefined, end: number | undefined, step: number): Step {
  return function* (tokens) {
    for (const token of tokens) {
      if (!(token instanceof JArray)) {
        continue;
      }
      const { length } = token.items;
      const clamp = (value: number): number =>
        value < 0 ? Math.max(0, length + value) : Math.min(length, value);
      const [from, to] =
        step > 0
          ? [clamp(start ?? 0), clamp(end ?? length)]
          : [clamp(start ?? length - 1), end === undefined ? -1 : clamp(end)];
      for (let index = from; step > 0 ? index < to : index > to; index += step) {
        const item = token.items[index];
        if (item !== undefined) {
          yield item;
        }
      }
    }
  };
}

/** What stands in `[...]`. */
function bracket(content: string): Step {
  const inner = content.trim();
  if (inner === "*") {
    return wildcard;
  }
  const names = /^'(?:[^'\\]|\\.)*'(?:\s*,\s*'(?:[^'\\]|\\.)*')*$/.test(inner)
    ? (inner.match(/'(?:[^'\\]|\\.)*'/g) ?? []).map((name) => name.slice(1, -1).replace(/\\(.)/g, "$1"))
    : undefined;
  if (names !== undefined) {
    const steps = names.map(field);
    return function* (tokens) {
      for (const token of tokens) {
        for (const step of steps) {
          yield* step([token]);
        }
      }
    };
  }
  if (/^-?\d+(?:\s*,\s*-?\d+)*$/.test(inner)) {
    return indexes(inner.split(",").map(Number));
  }
  const range = /^(-?\d+)?:(-?\d+)?(?::(-?\d+))?$/.exec(inner);
  if (range !== null) {
    const [, start, end, step] = range;
    if (Number(step ?? "1") === 0) {
      throw pathError("Step cannot be zero.");
    }
    return slice(
      start === undefined ? undefined : Number(start),
      end === undefined ? undefined : Number(end),
      Number(step ?? "1"),
    );
  }
  if (inner.startsWith("?")) {
    return filter(inner);
  }
  throw pathError(`Unexpected character while parsing path indexer: ${inner}`);
}

/**
 * Compiles a JSONPath: names, indexes, slices, wildcards, recursive descent, filters.
 *
 * @throws Newtonsoft.Json.JsonException for a wrong path
 */
export function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  let rest = path.startsWith("$") ? path.slice(1) : path;
  let needsName = false;
  while (rest !== "") {
    const part =
      /^\.\.(?=[^.])|^\.(?=[^.])|^\[(\?\s*\((?:'(?:[^'\\]|\\.)*'|[^'])*?\)(?=\s*\])|(?:'(?:[^'\\]|\\.)*'|[^\]'])*)\s*\]|^[^.[\]\s]+/.exec(
        rest,
      );
    if (part === null) {
      throw pathError(`Unexpected character while parsing path: ${rest[0] ?? ""}`);
    }
    const [text, inBrackets] = part;
    if (text === "..") {
      steps.push(descend);
      needsName = true;
    } else if (text === ".") {
      needsName = true;
    } else if (text !== "*" || steps.at(-1) !== descend) {
      // `..*` is what `..` finds, the token itself included.
      steps.push(inBrackets !== undefined ? bracket(inBrackets) : text === "*" ? wildcard : field(text));
      needsName = false;
    } else {
      needsName = false;
    }
    rest = rest.slice(text.length);
  }
  if (needsName) {
    throw pathError("Unexpected end while parsing path.");
  }
  return steps;
}

/**
 * `SelectTokens`.
 *
 * Source: https://www.newtonsoft.com/json/help/html/SelectToken.htm
 *
 * @throws as {@link parsePath}
 */
export function selectTokens(token: JToken, path: string): JToken[] {
  let tokens: Iterable<JToken> = [token];
  for (const step of parsePath(path)) {
    tokens = step(tokens);
  }
  return [...tokens];
}
