"""Who leaves, learnt from who left: features, classifiers, and a test in later time."""
