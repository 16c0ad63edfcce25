"""Legal: complaints about educators, their cases, and the board's final orders."""
