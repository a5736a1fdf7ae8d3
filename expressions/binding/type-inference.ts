import { implicitConversion } from "../types/conversion";
import { constructionsOf } from "../types/subtyping";
import {
  ArrayType,
  type CsType,
  mentions,
  NamedType,
  NullableType,
  SpecialType,
  substitute,
  type Substitution,
  type TypeParameter,
} from "../values/cs-type";
import type { Binder } from "./binder";
import { delegateSignature } from "./delegate";
import type { Argument, Lambda, MethodGroup } from "./operand";

interface Bounds {
  readonly exact: CsType[];
  readonly lower: CsType[];
}

/**
 * Finds the type arguments of a generic method from its arguments.
 *
 * Source: C# language specification, "Type inference".
 *
 * @param parameters - types of the parameters that `args` go to, in the same order.
 * @returns nothing if a type parameter cannot be told.
 */
export function inferTypeArguments(
  binder: Binder,
  typeParameters: readonly TypeParameter[],
  parameters: readonly CsType[],
  args: readonly Argument[],
): Substitution | undefined {
  return new Inference(binder, typeParameters).run(parameters, args);
}

class Inference {
  private readonly bounds: ReadonlyMap<TypeParameter, Bounds>;
  private readonly fixed = new Map<TypeParameter, CsType>();

  public constructor(
    private readonly binder: Binder,
    private readonly typeParameters: readonly TypeParameter[],
  ) {
    this.bounds = new Map(typeParameters.map((parameter) => [parameter, { exact: [], lower: [] }]));
  }

  public run(parameters: readonly CsType[], args: readonly Argument[]): Substitution | undefined {
    let pending: (readonly [Lambda | MethodGroup, CsType])[] = [];
    args.forEach(({ operand }, index) => {
      const parameter = parameters[index];
      if (parameter === undefined) {
        return;
      }
      if (operand.kind === "value" && operand.type.kind !== "special") {
        this.lower(operand.type, parameter);
      } else if (operand.kind === "out" && operand.type !== undefined) {
        this.exact(operand.type, parameter);
      } else if (operand.kind === "lambda" || operand.kind === "method-group") {
        pending.push([operand, parameter]);
      }
    });
    for (let progress = true; progress && pending.length > 0;) {
      const remaining = pending.filter(([operand, parameter]) => !this.inferOutput(operand, parameter));
      progress = remaining.length < pending.length;
      pending = remaining;
    }
    const complete = this.typeParameters.every((parameter) => this.fix(parameter));
    return complete ? this.fixed : undefined;
  }

  /** @returns whether the operand's parameter types were known, so that its result could be used. */
  private inferOutput(operand: Lambda | MethodGroup, parameter: CsType): boolean {
    const signature = delegateSignature(parameter);
    if (signature === undefined) {
      return true;
    }
    if (operand.kind === "lambda") {
      operand.parameters.forEach(({ type }, index) => {
        const wanted = signature.parameters[index];
        if (type !== undefined && wanted !== undefined) {
          this.exact(type, wanted);
        }
      });
    }
    const inputs = this.typeParameters.filter(
      (candidate) =>
        !this.fixed.has(candidate) &&
        signature.parameters.some((type) => mentions(type, new Set([candidate]))),
    );
    if (!inputs.every((input) => this.fix(input))) {
      return false;
    }
    const types = signature.parameters.map((type) => substitute(type, this.fixed));
    const returnType =
      operand.kind === "lambda"
        ? this.binder.lambda(operand, types)?.returnType
        : this.binder.returnTypeOf(operand, types);
    if (returnType !== undefined && returnType.kind !== "special") {
      this.lower(returnType, signature.returnType);
    }
    return true;
  }

  private lower(type: CsType, target: CsType): void {
    if (target.kind === "parameter") {
      this.bounds.get(target)?.lower.push(type);
    } else if (target instanceof ArrayType && type instanceof ArrayType) {
      this.bound(type.element, target.element, true);
    } else if (target instanceof NullableType && type instanceof NullableType) {
      this.lower(type.underlying, target.underlying);
    } else if (target instanceof NamedType && target.typeArguments.length > 0) {
      const [construction, another] = constructionsOf(type, target.definition);
      if (another !== undefined) {
        return;
      }
      construction?.typeArguments.forEach((argument, index) => {
        const wanted = target.typeArguments[index];
        const covariant = target.definition.typeParameters[index]?.covariant === true;
        if (wanted !== undefined) {
          this.bound(argument, wanted, covariant);
        }
      });
    }
  }

  /** Reference types may vary, value types may not. */
  private bound(type: CsType, target: CsType, mayVary: boolean): void {
    if (mayVary && !type.isValueType) {
      this.lower(type, target);
    } else {
      this.exact(type, target);
    }
  }

  private exact(type: CsType, target: CsType): void {
    if (target.kind === "parameter") {
      this.bounds.get(target)?.exact.push(type);
    } else if (target instanceof ArrayType && type instanceof ArrayType) {
      this.exact(type.element, target.element);
    } else if (target instanceof NullableType && type instanceof NullableType) {
      this.exact(type.underlying, target.underlying);
    } else if (
      target instanceof NamedType &&
      type instanceof NamedType &&
      type.definition === target.definition
    ) {
      type.typeArguments.forEach((argument, index) =>
        this.exact(argument, target.typeArguments[index] ?? SpecialType.error),
      );
    }
  }

  /** Chooses the type among the bounds to which all of them convert. */
  private fix(parameter: TypeParameter): boolean {
    if (this.fixed.has(parameter)) {
      return true;
    }
    const { exact = [], lower = [] } = this.bounds.get(parameter) ?? {};
    const candidates = exact.length > 0 ? exact : lower;
    const chosen = candidates.find(
      (candidate) =>
        exact.every((bound) => bound === candidate) &&
        lower.every((bound) => bound === candidate || isPlainlyConvertible(bound, candidate)),
    );
    if (chosen === undefined) {
      return false;
    }
    this.fixed.set(parameter, chosen);
    return true;
  }
}

function isPlainlyConvertible(from: CsType, to: CsType): boolean {
  const conversion = implicitConversion(from, to);
  return conversion !== undefined && conversion.isUserDefined !== true;
}
