// Shows the API's OpenAPI document. Loaded after Swagger UI, which comes with django-ninja and is served from here.
const place = document.getElementById("api-docs");
SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  layout: "BaseLayout",
  // Tokens typed into the page stay in the page.
  persistAuthorization: false,
  validatorUrl: null,
});
