"""Operations: the image's roles, operators' commands, recovery, health."""
