"""HTTP: middleware, pages' layout and forms, errors, API documents, assets, the gateway."""
