"""HTTP: middleware, page layout, forms, errors, API documents, assets, the gateway."""
