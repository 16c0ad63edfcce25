"""The one comparison of persons' names: their letters, their parts, and whether two are alike."""
