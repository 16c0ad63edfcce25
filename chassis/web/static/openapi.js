// Shows the OpenAPI document that the page names, read-only: no requests are sent from here.

"use strict";

const place = document.getElementById("openapi");

// Instead of Swagger UI's own layout, which has a second <main>, a title and a way to sign in.
const asPartOfThePage = ({ React: { createElement } }) => ({
  components: {
    DocumentLayout: ({ getComponent, specSelectors }) => {
      switch (specSelectors.loadingStatus()) {
        case "success":
          return createElement(
            "div",
            { className: "swagger-ui" },
            createElement("h2", null, "Operations"),
            createElement(getComponent("operations", true)),
            createElement(getComponent("Models", true)),
          );
        case "failed":
          return createElement("p", { role: "alert" }, "The document cannot be shown right now. Try again in a minute.");
        default:
          return createElement("p", { role: "status" }, "Loading the document …");
      }
    },
    authorizeOperationBtn: () => null,
    JsonSchemaForm: () => null,
  },
});

// Its tables of responses are regions of the page without a name, and its choices of a content type
// have the id of what is around them.
const withoutAmbiguity = ({ React: { createElement, useEffect, useRef } }) => ({
  wrapComponents: {
    responses: (Responses) => (properties) => {
      const around = useRef(null);
      useEffect(() => around.current.querySelector("table")?.removeAttribute("role"));
      return createElement("div", { ref: around }, createElement(Responses, properties));
    },
    contentType: (ContentType) => (properties) =>
      createElement(ContentType, { ...properties, controlId: undefined }),
  },
});

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.url,
  layout: "DocumentLayout",
  plugins: [asPartOfThePage, withoutAmbiguity],
  supportedSubmitMethods: [],
  syntaxHighlight: false,
});
