/* Shows this API's own document with Swagger UI. Requests go to where the page comes from, and nowhere else. */
const base = new URL(".", location.href).href.replace(/\/$/, "");

const description =
  "**Authorize** takes an API key (`sk_...`) and, for tracking, the write key of a source. Requests are sent for real. " +
  "Every refusal is `{code, message, details}`. The document: [openapi.json](openapi.json)";

const show = (spec) =>
  SwaggerUIBundle({
    spec: { ...spec, servers: [{ url: base }], info: { ...spec.info, description } },
    dom_id: "#reference",
    deepLinking: true,
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    docExpansion: "none",
    filter: true,
    requestSnippetsEnabled: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });

fetch("openapi.json")
  .then((answer) => answer.json())
  .then(show)
  .catch((error) => {
    document.getElementById("reference").textContent = `The API document could not be read: ${error}`;
  });
