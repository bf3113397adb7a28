"""Say what a table is, what can be pushed to it and what a read is: values only, no I/O."""
