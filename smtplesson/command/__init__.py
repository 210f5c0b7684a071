"""The command line: lab, copy, doctor, serve, talk, explain, class, handout, cards, live."""
