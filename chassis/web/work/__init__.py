"""The pages of shared work: a queue, what is done with one item or many, and saved views."""
