// Shows the OpenAPI document that the page names, to be read: nothing is sent from here.

"use strict";

const place = document.getElementById("openapi");
const leaveOut = () => () => null;

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.url,
  deepLinking: true,
  supportedSubmitMethods: [],
  plugins: [{
    wrapComponents: {
      InfoContainer: leaveOut, // The page has a title of its own.
      authorizeBtn: leaveOut,
      authorizeOperationBtn: leaveOut,
    },
  }],
});
