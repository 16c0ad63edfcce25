"""What certification knows and its rules, a file per noun; importing it maps every table."""
