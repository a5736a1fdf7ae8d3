import { type CsType, type DelegateSignature, NamedType, substitute } from "../values/cs-type";

/** What a delegate type takes and returns; nothing for other types. */
export function delegateSignature(type: CsType): DelegateSignature | undefined {
  if (!(type instanceof NamedType)) {
    return undefined;
  }
  const signature = type.definition.signature();
  if (signature === undefined) {
    return undefined;
  }
  const substitution = type.substitution();
  return {
    parameters: signature.parameters.map((parameter) => substitute(parameter, substitution)),
    returnType: substitute(signature.returnType, substitution),
  };
}
