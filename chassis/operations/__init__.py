"""What operators run and watch: roles of the image, recovery, health."""
