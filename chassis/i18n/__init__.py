"""Languages: translatable text, the language of a page, and the catalogs of translations."""
