import fc from "fast-check";
import { CsDecimal } from "../../../expressions/values/decimal";

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 6 }))
  .map(([mantissa, scale]) => CsDecimal.of(mantissa, scale));

test("adding and then subtracting gives the same number", () => {
  fc.assert(fc.property(decimal, decimal, (a, b) => a.add(b).subtract(b).equals(a)));
});

test("a product divided by one factor gives the other", () => {
  fc.assert(fc.property(decimal, decimal, (a, b) => b.mantissa === 0n || a.multiply(b).divide(b).equals(a)));
});

test("what is left after taking the remainder away is a multiple", () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      fc.pre(b.mantissa !== 0n);
      expect(a.subtract(a.remainder(b)).remainder(b).mantissa).toBe(0n);
    }),
  );
});

test("equal numbers of different scale have one hash key", () => {
  fc.assert(
    fc.property(decimal, (a) => {
      const wider = CsDecimal.of(a.mantissa * 100n, a.scale + 2);
      expect(wider.hashKey()).toBe(a.hashKey());
    }),
  );
});

test("more than 96 bits overflow", () => {
  expect(() => CsDecimal.of(2n ** 96n)).toThrow("too large or too small for a Decimal");
});
