import fc from "fast-check";
import { parseJson } from "../../../expressions/json/reader";
import { writeJson } from "../../../expressions/json/writer";
import { anyText } from "../../support/any-text";

/** JSON whose texts are not dates and whose numbers are integers: what both sides print alike. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    anyText.filter((text) => !/^\d{4}-|\/Date|[\u0085\u2028\u2029]/.test(text)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test("any JSON is written as it was read", () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(writeJson(parseJson(text), false))).toEqual(JSON.parse(text));
    }),
  );
});

test("indentation changes nothing but white space", () => {
  fc.assert(
    fc.property(json, (value) => {
      const token = parseJson(JSON.stringify(value));
      expect(JSON.parse(writeJson(token, true))).toEqual(JSON.parse(writeJson(token, false)));
    }),
  );
});

test("text that is not JSON raises Json.NET's exception, never another error", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseJson(text);
      } catch (error) {
        expect(error).toMatchObject({ exception: { typeName: "Newtonsoft.Json.JsonReaderException" } });
      }
    }),
  );
});

test("nesting is limited", () => {
  expect(() => parseJson("[".repeat(1000))).toThrow("MaxDepth");
});
