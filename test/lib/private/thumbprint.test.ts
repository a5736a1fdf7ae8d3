import { normalizeThumbprint, THUMBPRINT } from "../../../lib/private/thumbprint";

const SHA1 = "AABBCCDDEEFF00112233445566778899AABBCCDD";

describe("a thumbprint", () => {
  it.each([
    ["OpenSSL", SHA1.replace(/..(?=.)/g, "$&:")],
    ["a viewer that separates by blanks", SHA1.toLowerCase().replace(/..(?=.)/g, "$& ")],
    ["the Windows certificate dialog, with an invisible mark before it", `\u200e${SHA1.toLowerCase()}`],
    ["API Management", SHA1],
  ])("is the same however %s prints it", (_tool, printed) => {
    expect(normalizeThumbprint(printed)).toBe(SHA1);
  });

  it.each([
    ["SHA-256", "AB".repeat(32)],
    ["a digit short", SHA1.slice(1)],
    ["not hexadecimal", "G".repeat(40)],
  ])("is not one that is %s", (_what, text) => {
    expect(normalizeThumbprint(text)).not.toMatch(THUMBPRINT);
  });
});
