"""The command line: lab, doctor, serve, talk, explain, class, handout, cards, live."""
