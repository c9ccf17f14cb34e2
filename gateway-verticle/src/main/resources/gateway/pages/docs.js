"use strict";
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tagsSorter: "alpha",
  // No third party learns of this shop's interface.
  validatorUrl: null,
});
