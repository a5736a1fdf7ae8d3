import { randomUUID } from "node:crypto";
import type { TypeDeclaration } from "../types/type-declaration";
import { type CsValue, double, type OutReference } from "../values/cs-value";
import { compareValues } from "../values/equality";
import { argumentOutOfRange } from "../values/exception";
import { CsGuid } from "../values/guid";
import { CsRandom } from "../values/random";
import { tryParse } from "./numbers";
import { argumentError, notNull } from "./object";

/** Identifiers and random numbers. */
export const identifierTypes: readonly TypeDeclaration[] = [
  {
    namespace: "System",
    header: "struct Guid",
    defaultValue: CsGuid.empty,
    members: {
      "Guid(string g)": (text: string | null) => CsGuid.parse(notNull(text, "g")),
      "Guid(byte[] b)": (bytes: Uint8Array | null): CsValue => {
        if (notNull(bytes, "b").length !== 16) {
          throw argumentError("Byte array for GUID must be exactly 16 bytes long.");
        }
        return CsGuid.fromBytes(bytes ?? new Uint8Array());
      },
      "static Guid Empty { get; }": () => CsGuid.empty,
      "static Guid NewGuid()": () => CsGuid.parse(randomUUID()),
      "static Guid Parse(string input)": (text: string | null) => CsGuid.parse(notNull(text, "input")),
      "static bool TryParse(string input, out Guid result)": (text: string | null, result: OutReference) =>
        tryParse(result, CsGuid.empty, () => CsGuid.parse(text ?? "")),
      "byte[] ToByteArray()": (self: CsGuid) => self.toBytes(),
      "int GetHashCode()": (self: CsGuid) => self.hashCode(),
      "int CompareTo(Guid value)": (self: CsGuid, other: CsGuid) => Math.sign(compareValues(self, other)),
      "bool Equals(Guid g)": (self: CsGuid, other: CsGuid) => self.equals(other),
      "string ToString()": (self: CsGuid) => self.toText(),
      "string ToString(string format)": (self: CsGuid, format: string | null) => self.format(format),
      "static bool operator ==(Guid a, Guid b)": (a: CsGuid, b: CsValue) => a.equals(b),
      "static bool operator !=(Guid a, Guid b)": (a: CsGuid, b: CsValue) => !a.equals(b),
    },
  },
  {
    namespace: "System",
    header: "class Random",
    members: {
      "Random()": () => new CsRandom(),
      "Random(int Seed)": (seed: number) => new CsRandom(seed),
      "int Next()": (self: CsRandom) => self.next(),
      "int Next(int maxValue)": (self: CsRandom, limit: number): CsValue => {
        if (limit < 0) {
          throw argumentOutOfRange("maxValue", "'maxValue' must be greater than zero.");
        }
        return self.between(0, limit);
      },
      "int Next(int minValue, int maxValue)": (self: CsRandom, min: number, limit: number): CsValue => {
        if (min > limit) {
          throw argumentOutOfRange("minValue", "'minValue' cannot be greater than maxValue.");
        }
        return self.between(min, limit);
      },
      "double NextDouble()": (self: CsRandom) => double(self.sample()),
      "void NextBytes(byte[] buffer)": (self: CsRandom, buffer: Uint8Array | null): void =>
        self.fill(notNull(buffer, "buffer")),
    },
  },
];
