// Shows the description of the REST API; a key pasted under "Authorize" tries requests out.
"use strict";

const place = document.getElementById("api");
SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
