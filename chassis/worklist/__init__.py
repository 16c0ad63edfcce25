"""Work that several people share: a queue of things, who has each, and by when it is due.

A service declares its `queue.Queue`, opens and closes the item of a thing in the transaction that
changes the thing, and shows the pages of `chassis.web.work`.
"""
