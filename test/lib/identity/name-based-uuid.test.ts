import { nameBasedUuid } from "../../../lib/identity/name-based-uuid";

describe("nameBasedUuid", () => {
  it("computes the example of RFC 9562, appendix A.4", () => {
    expect(nameBasedUuid("www.example.com", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")).toBe(
      "2ed6657d-e927-568b-95e1-2665a8aea6a2",
    );
  });

  it("never changes what it has given out, because consents and assignments refer to it", () => {
    expect(nameBasedUuid("role:Models.User")).toBe("00eec78e-0ee0-5fd0-a7e6-4236bbc07e5f");
  });
});
