"""Identity's adapters: the vault, mail, keys, tokens, passwords and the CAPTCHA."""
