// Says what to install, where Node.js would only say what it did not find.
try {
  require.resolve("azure-apim-simulator");
} catch (cause) {
  if ((cause as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
    throw cause;
  }
  throw new Error(
    "cdktf-azure-openai-gateway/simulator is the package azure-apim-simulator, which is not installed. " +
      "Install it beside cdktf-azure-openai-gateway: npm install --save-dev azure-apim-simulator",
    { cause },
  );
}
