module example.org/own
