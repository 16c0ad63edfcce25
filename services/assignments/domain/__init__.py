"""What is reported, what is known of educators and certificates, and what follows from both."""
